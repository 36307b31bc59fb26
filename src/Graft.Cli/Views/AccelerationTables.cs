using Graft.Jobs.Accelerations;

namespace Graft.Cli.Views;

/// <summary>An acceleration's results as tables.</summary>
internal static class AccelerationTables
{
    private const int MostListed = 5;
    private const double DriftWorthAWord = 0.1;

    public static void Write(Terminal terminal, AccelerationResult result)
    {
        var teacher = result.Networks[0];
        terminal.WriteLine(Invariant($"Budget {(result.BudgetMs > 0 ? Invariant($"{result.BudgetMs:0.000} ms") : "not known yet")} on {result.Target}"));
        var table = Tables.Create("network", ">accuracy, %\n(95 % interval)", ">before\nfine-tuning, %", ">latency, ms\n(95 % interval)", ">of\nteacher", ">predicted,\nms", ">parameters", ">mult-\nadds, M");
        foreach (var network in result.Networks)
        {
            Tables.AddRow(
                table,
                network.Name,
                network.Error ?? Accuracy(network),
                Format.Percent(network.AccuracyBefore),
                network.LatencyMs is { } latency ? Invariant($"{latency.Median:0.000} ({latency.Lower:0.000}–{latency.Upper:0.000})") : "–",
                network.LatencyMs is { } own && teacher.LatencyMs is { } whole ? Invariant($"{100 * own.Median / whole.Median:0} %") : "–",
                network.PredictedMs is { } predicted ? Invariant($"{predicted:0.000}") : "–",
                Format.Count(network.Parameters),
                Format.Millions(network.MultiplyAccumulates));
        }

        terminal.Out.Write(table);
        foreach (var (position, operation) in (result.Networks.FirstOrDefault(n => n.IsSelected)?.Operations ?? []).Index())
        {
            terminal.WriteLine(Invariant($"  position {position + 1}: {operation}"));
        }

        if (result.Solutions.Count > 0)
        {
            WriteSelection(terminal, result);
        }

        foreach (string failure in result.Failures.Take(MostListed))
        {
            terminal.WriteLine($"Failed: {failure}");
        }

        if (result.Failures.Count > MostListed)
        {
            terminal.WriteLine(Invariant($"Failed: {result.Failures.Count - MostListed} more."));
        }

        if (result.Model is { } model)
        {
            terminal.WriteLine(Invariant($"Exported to {model}: same classes as the network on all test images, logits within {result.ModelMaxDifference:0.0e+0}."));
        }

        terminal.WriteLine();
    }

    private static void WriteSelection(Terminal terminal, AccelerationResult result)
    {
        int optimal = result.Solutions.Count(s => s.Gap == 0);
        terminal.WriteLine(Invariant($"{Format.Count(result.Solutions.Count, "architecture")} selected, {optimal} proven optimal; {result.Solutions.Count(s => s.LatencyMs?.Median <= result.BudgetMs)} within the budget as measured."));
        terminal.WriteLine(result.ScoreAgreement is { } agreement
            ? Invariant($"Predicted against measured quality of {agreement.Count} random architectures: Kendall's tau {agreement.KendallTau:0.00} (95 % interval {agreement.Lower:0.00} to {agreement.Upper:0.00}).")
            : "Predicted against measured quality: not computable, there are too few random architectures.");
        if (result.FineTunedAgreement is { } tuned)
        {
            terminal.WriteLine(Invariant($"Predicted quality against test error of {tuned.Count} architectures of several latencies after fine-tuning: Kendall's tau {tuned.KendallTau:0.00} ({tuned.Lower:0.00} to {tuned.Upper:0.00})."));
        }

        if (result.LatencyError is { } error)
        {
            terminal.WriteLine(Invariant($"Predicted against measured latency: {100 * error:0.0} % apart on average; the teacher's operations add up to {result.TeacherTableSumMs:0.000} ms, the whole takes {result.TeacherTableMs:0.000} ms in the table."));
        }

        if (Math.Abs(result.LatencyDrift - 1) > DriftWorthAWord)
        {
            terminal.WriteLine(Invariant($"The teacher took {result.LatencyDrift:0.00} times as long beside the networks as beside the operations: this machine was not equally fast all the time. ")
                + "Predictions are scaled by it; a quiet machine and a new table (--latency-table FILE) give a better selection.");
        }
    }

    private static string Accuracy(NetworkResult network) =>
        Invariant($"{Format.Percent(network.Accuracy)}{(network.AccuracyInterval is { } interval ? Invariant($" ({100 * interval.Lower:0.0}–{100 * interval.Upper:0.0})") : "")}");
}
