using Graft.Engine.Slurm;
using Graft.Jobs;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>A job on a cluster: what was handed over, and how it goes.</summary>
internal static class ClusterView
{
    /// <summary>Prints what would be handed over.</summary>
    public static int DryRun<TResult>(Terminal terminal, GraftJob<TResult> job, bool json)
    {
        var scripts = job.PreviewSubmission();
        if (json)
        {
            terminal.WriteJson(new { scripts });
            return 0;
        }

        for (int i = 0; i < scripts.Count; i++)
        {
            terminal.WriteLine(Invariant($"# {i + 1} of {scripts.Count}, to sbatch"));
            terminal.WriteLine(scripts[i]);
        }

        terminal.WriteLine(scripts.Count == 0 ? "All steps have ended: there is nothing to submit." : "Nothing was submitted.");
        return 0;
    }

    /// <summary>Hands a job over and, where that is asked for, stays until all has ended.</summary>
    /// <param name="terminal">Is told what was handed over.</param>
    /// <param name="job">The job.</param>
    /// <param name="session">Its session.</param>
    /// <param name="directory">The workspace as it was given.</param>
    /// <param name="waits">Whether to stay.</param>
    /// <param name="json">Whether what was handed over is told as a JSON document, where this does not stay.</param>
    /// <param name="follow">What <c>graft show</c> follows it by.</param>
    /// <param name="cancellation">Ends the staying.</param>
    /// <returns>Whether all has ended.</returns>
    public static async Task<bool> SubmitAsync<TResult>(
        Terminal terminal,
        GraftJob<TResult> job,
        GraftSession session,
        string directory,
        bool waits,
        bool json,
        string follow,
        CancellationToken cancellation
    )
    {
        var submitted = job.Submit();
        Write(terminal, job.Id, submitted);
        while (!submitted.HasEnded && waits)
        {
            await WatchView.FollowAsync(terminal, session.Workspace, job.Id, TimeProvider.System, cancellation);
            submitted = job.Submit(again: true);
            Write(terminal, job.Id, submitted);
        }

        if (!submitted.HasEnded && json)
        {
            terminal.WriteJson(new { job = job.Id, submitted.Steps, submitted.Ended, submitted.Adopted, submitted.Submitted, submitted.HasEnded });
        }
        else if (!submitted.HasEnded)
        {
            string workspace = CommonOptions.WorkspaceArgument(directory);
            terminal.WriteLine($"This process may end. Follow it: graft show {follow} {job.Id}{workspace}   End it: graft cancel {job.Id}{workspace}");
            terminal.WriteLine("The same command adopts what runs, submits only what is missing, and shows the results once all has ended.");
        }

        return submitted.HasEnded;
    }

    private static void Write(Terminal terminal, string id, SlurmSubmissionResult submitted)
    {
        if (!submitted.HasEnded)
        {
            string adopted = submitted.Adopted > 0 ? Invariant($", {submitted.Adopted} waiting or running already") : "";
            terminal.WriteProgress(
                Invariant($"{id}: {Plural.Of(submitted.Submitted, "step")} of {submitted.Steps} submitted to Slurm{adopted}, {submitted.Ended} ended before")
            );
        }
    }
}
