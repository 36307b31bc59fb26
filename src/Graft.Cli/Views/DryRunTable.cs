using Graft.Jobs;

namespace Graft.Cli.Views;

/// <summary>What would run, and about how long.</summary>
internal static class DryRunTable
{
    public static void Write(Terminal terminal, JobEstimate estimate, IReadOnlyList<UnavailableCell> unavailable)
    {
        var table = Tables.Create("steps", ">in all", ">done", ">left", ">time, about");
        foreach (var kind in estimate.Kinds)
        {
            Tables.AddRow(table, kind.Kind, Invariant($"{kind.Steps}"), Invariant($"{kind.Done}"), Invariant($"{kind.Steps - kind.Done}"), Format.Duration(kind.Seconds));
        }

        terminal.Out.Write(table);
        foreach (var blank in unavailable)
        {
            terminal.WriteLine($"Blank: {blank.Reason}.");
        }

        string speed = estimate.TrainingImagesPerSecond is { } images ? Invariant($" at {images:N0} training images/s (measured now)") : "";
        terminal.WriteLine(Invariant($"{estimate.Kinds.Sum(k => k.Steps - k.Done)} steps left, about {Format.Duration(estimate.Seconds)}{speed}. Nothing was run."));
    }
}
