using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Runtime;

namespace Graft.Report;

/// <summary>A study in a few words and counts.</summary>
internal static class Summary
{
    /// <summary>What was swapped in what, for how long and how often.</summary>
    public static string Sentence(StudyView view)
    {
        StudyResult result = view.Result;
        int operations = view.Operations.Count(o => o != Unchanged.Operation);
        bool hasOwnBlocks = result.Cells.Any(c => c.Operation == Unchanged.Operation && !c.IsUnchanged);
        string swapped =
            Invariant($"In the trained {result.NetworkTitle}, one operation at a time was replaced at {Places(view)} ")
            + $"by each of {Plural.Of(operations, "candidate operation")}"
            + (hasOwnBlocks ? ", runs of positions also by one block of the teacher's own kind" : "");
        string trained = view.Lengths.Count == 0 ? "" : Invariant($", and the whole network was trained on for {Format.Listed(view.Lengths)} ")
            + $"epoch{(view.Lengths is [1] ? "" : "s")} with {(view.Result.Sequential is null ? "" : "up to ")}{Plural.Of(view.Seeds.Count, "seed")}";
        string baseline = view.HasBaseline
            ? " The baseline “teacher” is the unchanged network trained on for as long."
            : " The plan has no unchanged network to compare with: differences are against the teacher's own accuracy.";
        return $"{swapped}{trained}; what counts is test accuracy after the last epoch.{baseline}";
    }

    private static string Places(StudyView view)
    {
        int single = view.Positions.Count(p => p.Index.IsSingle), runs = view.Positions.Count - single;
        return (single, runs) switch
        {
            (_, 0) => Plural.Of(single, "position"),
            (0, _) => $"{Plural.Of(runs, "run")} of positions",
            _ => $"{Plural.Of(single, "position")} and {Plural.Of(runs, "run")} of positions",
        };
    }

    /// <summary>What is missing from the study in words; null when nothing is.</summary>
    public static string? Shortfall(StudyView view)
    {
        StudyResult result = view.Result;
        int failed = view.Failures.Count, left = view.Trials.Count(t => t.State is not (StepState.Done or StepState.Failed));
        if (result.State == JobState.Done && failed == 0)
        {
            return null;
        }

        if (left == 0 && failed == 0 && result.Sequential is { Requests: [var next, ..] })
        {
            return Invariant($"The verdicts that are open wait for their next look, with {next.Seeds} seeds.");
        }

        string progress = Invariant(
            $"{view.Trials.Count(t => t.State == StepState.Done):N0} of {Plural.Of(view.Trials.Count, "trial")} are done, {left:N0} have not finished"
        );
        string failures = failed == 0 ? "" : Invariant($", {Plural.Of(failed, "step")} failed");
        return $"{progress}{failures}. What is shown below rests on finished trials only.";
    }

    /// <summary>The numbers of the headline: name, value, note.</summary>
    public static IEnumerable<(string Name, string Value, string Note)> Facts(StudyView view)
    {
        StudyResult result = view.Result;
        TeacherResult teacher = result.Teacher;
        int finished = view.Trials.Count(t => t.State == StepState.Done);
        yield return ("State", result.State.ToName(), Invariant($"{finished:N0} of {Plural.Of(view.Trials.Count, "trial")}"));
        yield return teacher.Accuracy is null
            ? ("Teacher", teacher.State.ToName(), "no accuracy yet")
            : ("Teacher's test accuracy", $"{Format.Percent(teacher.Accuracy)} %", "before it is trained on");
        yield return ("Teacher's size", Invariant($"{Format.Millions(teacher.Parameters)} M"),
            $"parameters, {Format.Millions(teacher.MultiplyAccumulates)} M multiply-accumulates");
        int left = result.Unavailable.Count * Math.Max(1, view.Lengths.Count); // counted as the swaps are
        string impossible = left == 0 ? "" : Invariant($"; {left:N0} more {(left == 1 ? "is" : "are")} impossible");
        yield return (
            "Swaps",
            Invariant($"{result.Cells.Count(c => !c.IsUnchanged):N0}"),
            (view.Lengths.Count > 1 ? "places, operations and lengths" : "operations at their places") + impossible
        );
        string spread =
            result.Sequential is not null ? "at most, where verdicts were open"
            : result.State == JobState.Done ? "on every cell"
            : "planned for every cell";
        yield return ("Seeds", Invariant($"{view.Seeds.Count:N0}"), view.Seeds.Count < 2 ? "no spread can be stated" : spread);
        yield return ("Computing time", CostWords.Total(result.Provenance) ?? Format.None, "of all steps");
    }
}
