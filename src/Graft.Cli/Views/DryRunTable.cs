using Graft.Jobs;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>What would run, and about how long.</summary>
internal static class DryRunTable
{
    /// <summary>Shows a job that is not run: its scripts for a cluster, else how much there is to do.</summary>
    /// <param name="terminal">Is written to.</param>
    /// <param name="job">The job.</param>
    /// <param name="session">Its session.</param>
    /// <param name="json">Whether as one JSON document.</param>
    /// <param name="header">Says what the job is; not asked for where scripts or JSON are shown.</param>
    /// <param name="unavailable">Cells that stay blank.</param>
    /// <param name="cancellation">Ends the measurement of how fast this machine is.</param>
    /// <returns>The exit code.</returns>
    public static int Show<TResult>(
        Terminal terminal,
        GraftJob<TResult> job,
        GraftSession session,
        bool json,
        Action header,
        IReadOnlyList<UnavailableCell> unavailable,
        CancellationToken cancellation
    )
    {
        if (session.Cluster is not null)
        {
            return ClusterView.DryRun(terminal, job, json);
        }

        OutputFile.RequireDirectory("--workspace", session.Directory);
        if (json)
        {
            terminal.WriteJson(job.Estimate(cancellation));
            return 0;
        }

        header();
        if (terminal.IsInteractive)
        {
            terminal.WriteProgress("measuring how fast this machine is …");
        }

        var estimate = job.Estimate(cancellation);
        Write(terminal, estimate, unavailable);
        return 0;
    }

    private static void Write(Terminal terminal, JobEstimate estimate, IReadOnlyList<UnavailableCell> unavailable)
    {
        var table = new WideTable(1, "steps", ">in all", ">done", ">left", ">time, about");
        foreach (var kind in estimate.Kinds)
        {
            table.AddRow(
                kind.Kind,
                Invariant($"{kind.Steps}"),
                Invariant($"{kind.Done}"),
                Invariant($"{kind.Steps - kind.Done}"),
                Format.Duration(kind.Seconds)
            );
        }

        table.Write(terminal);
        LeftOutLines.Write(terminal, unavailable);
        string[] asRun = [.. estimate.Kinds.Where(k => k.IsAsRun && k.Done < k.Steps).Select(k => k.Kind)];
        string ran = asRun.Length > 0 ? $"; {string.Join(" and ", asRun)}: as those took that ran here" : "";
        string speed = estimate.TrainingImagesPerSecond is { } images ? Invariant($" at {images:N0} training images/s (measured now{ran})") : "";
        string left = Plural.Of(estimate.Kinds.Sum(k => k.Steps - k.Done), "step");
        string further = estimate.FurtherTrials > 0 ? $" Up to {Plural.Of(estimate.FurtherTrials, "more trial")} may follow where verdicts stay open." : "";
        string start = estimate.StartSeconds >= 0.5 ? $", {Format.Duration(estimate.StartSeconds)} of it to start{(speed.Length > 0 ? "," : "")}" : "";
        terminal.WriteLine($"{left} left, about {Format.Duration(estimate.Seconds)}{start}{speed}.{further} Nothing was run.");
    }
}
