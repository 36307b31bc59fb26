using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>What <c>graft</c> says without a command: what one can do, what is here, and what to do next.</summary>
internal static class HomeView
{
    public static void Write(Terminal terminal)
    {
        terminal.WriteLine("Graft swaps operations inside a trained convolutional network and tells what that does.");
        terminal.WriteLine();
        terminal.WriteLine("  graft study        how much accuracy each swap costs, with verdicts");
        terminal.WriteLine("  graft accelerate   the best network for a latency budget, as ONNX");
        terminal.WriteLine("  graft train        train a network, or go on from weights");
        terminal.WriteLine("  graft evaluate     accuracy of weights or of an ONNX file");
        terminal.WriteLine("  graft show         results;  report, pack, predict: what to do with them");
        terminal.WriteLine("  graft doctor       check this machine");
        terminal.WriteLine();
        WriteHere(terminal, CommonOptions.DefaultWorkspace);
    }

    private static void WriteHere(Terminal terminal, string directory)
    {
        if (!Workspaces.Exists(directory))
        {
            terminal.WriteLine($"Nothing in {directory} yet.  Next: graft study --preset quick --dry-run, or graft --help");
            return;
        }

        using var workspace = Workspaces.OpenExisting(directory, TimeProvider.System);
        var jobs = workspace.Jobs.List();
        int accelerations = jobs.Count(JobView.IsAcceleration);
        terminal.WriteLine($"In {directory}: {Plural.Of(jobs.Count - accelerations, "study", "studies")}, {Plural.Of(accelerations, "acceleration")}.");
        var counted = jobs.Select(job => (Job: job, Counts: StepCounts.Of(workspace, job))).ToList();
        foreach (var (job, counts) in counted.Where(x => x.Counts.Left > 0).Take(3))
        {
            string left = $"{Plural.Of(counts.Left, "step")} left";
            terminal.WriteLine(counts.Running > 0
                ? $"  {job.Kind} {job.Id} runs, {left}: graft show --watch"
                : $"  {job.Kind} {job.Id} is not finished, {left}: the command that began it goes on");
        }

        foreach (var (study, _) in counted.Where(x => x.Counts.Left == 0 && AwaitsLook(workspace, x.Job)).Take(3))
        {
            terminal.WriteLine($"  study {study.Id} is not finished, open verdicts wait for more seeds: the command that began it goes on");
        }

        terminal.WriteLine(jobs.Count > 0
            ? $"Next: graft show study {jobs[0].Id}, or graft report"
            : "Next: graft study --preset quick --dry-run");
    }

    // Whether open verdicts want more seeds.
    private static bool AwaitsLook(IWorkspace workspace, StoredJob job) =>
        !JobView.IsAcceleration(job) && StudyOutline.FromJson(job.Document) is { Plan.UntilDecided: not null } outline
            && StudyResultBuilder.Judge(outline, workspace.Steps) is { Requests.Count: > 0 };
}
