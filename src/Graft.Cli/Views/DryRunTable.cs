using Graft.Study;

namespace Graft.Cli.Views;

/// <summary>What a study would run, and about how long.</summary>
internal static class DryRunTable
{
    public static void Write(Terminal terminal, StudyEstimate estimate, StudyGraph graph)
    {
        var table = Tables.Create("steps", ">in all", ">done", ">left", ">time, about");
        foreach (var kind in estimate.Kinds)
        {
            Tables.AddRow(table, kind.Kind, $"{kind.Steps}", $"{kind.Done}", $"{kind.Steps - kind.Done}", Format.Duration(kind.Seconds));
        }

        terminal.Out.Write(table);
        foreach (var blank in graph.Unavailable)
        {
            terminal.WriteLine($"Blank: {blank.Reason}.");
        }

        terminal.WriteLine(
            $"{estimate.Kinds.Sum(k => k.Steps - k.Done)} steps left, about {Format.Duration(estimate.Seconds)} at {estimate.TrainingImagesPerSecond:N0} training images/s (measured now). Nothing was run.");
    }
}
