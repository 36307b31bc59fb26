using Graft.Benchmarks;
using Graft.Engine;
using Spectre.Console;

namespace Graft.Cli.Views;

/// <summary>What was measured, with its spread and the machine.</summary>
internal static class BenchTable
{
    public static void Write(
        Terminal terminal, IReadOnlyList<Measurement> measurements, IReadOnlyList<Comparison> comparisons, RunEnvironment environment, int rounds)
    {
        var table = new WideTable(1, "~measured", ">median", ">lowest", ">highest", "unit");
        foreach (var measurement in measurements)
        {
            table.AddRow(
                measurement.Subject,
                Invariant($"{measurement.Median:N0}"),
                Invariant($"{measurement.Low:N0}"),
                Invariant($"{measurement.High:N0}"),
                measurement.Unit
            );
        }

        table.Write(terminal);
        if (comparisons.Count > 0)
        {
            var ratios = new WideTable(1, "~ratio, median over the rounds", ">");
            foreach (var comparison in comparisons)
            {
                ratios.AddRow(comparison.Text, Invariant($"{comparison.Ratio:N2}"));
            }

            ratios.Write(terminal);
        }

        terminal.WriteLine(
            Invariant(
                $"Batch {BenchmarkSuite.Batch}. {environment.Machine}; {string.Join(", ", environment.Versions.Select(v => $"{v.Key} {v.Value}"))}; n = {rounds}, in turns."
            )
        );
    }
}
