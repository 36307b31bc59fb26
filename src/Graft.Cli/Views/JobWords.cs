using Graft.Engine;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>What tells the jobs of a workspace apart.</summary>
internal static class JobWords
{
    private const int MostPositions = 6; // beyond, their number

    /// <summary>
    /// The network, the file that it was read from, if it was, the data, and in a few words what was asked of them; parts of those are parted by semicolons.
    /// </summary>
    public static (string Network, string? NetworkFile, string Data, string Asked) Of(StoredJob job)
    {
        if (job.Kind == AccelerationJob.Kind)
        {
            var (network, file, data, acceleration) = AccelerationResultBuilder.SubjectOf(job);
            return (network, file, data, acceleration is null ? "" : Asked(acceleration));
        }

        var study = StudyOutline.FromJson(job.Document);
        return (study.Plan.Network, study.NetworkFile, study.Plan.Data, Asked(study));
    }

    private static string Asked(AccelerationPlan plan) => Invariant(
        $"budget {plan.Selection.Budget}; {Plural.Of(plan.Operations.Count, "operation")}, {(plan.Spans == 1 ? "no spans" : Invariant($"spans to {plan.Spans}"))}; fine-tuning {Plural.Of(plan.FineTuning.Epochs, "epoch")}"
    );

    private static string Asked(StudyOutline study)
    {
        var plan = study.Plan;
        string positions = plan.Positions.Count == study.Positions ? "all positions"
            : plan.Positions.Count > MostPositions ? Plural.Of(plan.Positions.Count, "position")
            : Invariant($"{(plan.Positions.Count == 1 ? "position" : "positions")} {string.Join(",", plan.Positions)}");
        string epochs = Invariant($"{string.Join(",", plan.Epochs.Select(e => Invariant($"{e}")))} {(plan.Epochs is [1] ? "epoch" : "epochs")}");
        return $"{positions}; {Plural.Of(plan.Operations.Count, "operation")}; {epochs}, {(plan.UntilDecided is { } limit ? Invariant($"{plan.Seeds} to {limit.MaxSeeds} seeds until decided, margin {100 * limit.Margin:0.##}") : Plural.Of(plan.Seeds, "seed"))}";
    }
}
