using Graft.Jobs.Studies;

namespace Graft.Cli.Views;

/// <summary>What would run, and about how long.</summary>
internal static class DryRunTable
{
    public static void Write(Terminal terminal, IReadOnlyList<KindEstimate> kinds, double trainingImagesPerSecond, IReadOnlyList<UnavailableCell> unavailable)
    {
        var table = Tables.Create("steps", ">in all", ">done", ">left", ">time, about");
        foreach (var kind in kinds)
        {
            Tables.AddRow(table, kind.Kind, Invariant($"{kind.Steps}"), Invariant($"{kind.Done}"), Invariant($"{kind.Steps - kind.Done}"), Format.Duration(kind.Seconds));
        }

        terminal.Out.Write(table);
        foreach (var blank in unavailable)
        {
            terminal.WriteLine($"Blank: {blank.Reason}.");
        }

        terminal.WriteLine(
            Invariant($"{kinds.Sum(k => k.Steps - k.Done)} steps left, about {Format.Duration(kinds.Sum(k => k.Seconds))} at {trainingImagesPerSecond:N0} training images/s (measured now). Nothing was run."));
    }
}
