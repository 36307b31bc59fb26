using System.Globalization;

namespace Graft.Tests.Analysis.Simulation;

/// <summary>The simulation of docs/statistics.md: patterns of training noise, and the table's rows.</summary>
internal static class VerdictRateTable
{
    private const int Operations = 10;
    private const double Noise = 0.01;

    /// <summary>The seeds that are simulated.</summary>
    public static IReadOnlyList<int> Seeds { get; } = [2, 3, 5, 10];

    /// <summary>Even noise, one operation 3 and 6 times as noisy as the others, three of them 6 times, and the baseline 4 times.</summary>
    public static IReadOnlyDictionary<string, double[]> Patterns { get; } = new Dictionary<string, double[]>
    {
        ["even"] = Pattern(),
        ["one cell x3"] = Pattern(operation: 3),
        ["one cell x6"] = Pattern(operation: 6),
        ["three cells x6"] = Pattern(operation: 6, count: 3),
        ["baseline x4"] = Pattern(baseline: 4),
    };

    /// <summary>The rows of the table of looks after each seed from the third to the tenth, in percent.</summary>
    public static IEnumerable<string> SequentialRows(int tables)
    {
        yield return "| noise | true differences | first cell: false | family: better or worse | family: equivalent | decided | decided if all seeds are run | trials |";
        yield return "|---|---|---:|---:|---:|---:|---:|---:|";
        foreach (var (name, noise) in Patterns)
        {
            foreach (var (what, margin, differences) in Truths)
            {
                var rates = SequentialRates.Of(new SimulatedTable(noise, differences, Seeds: 10), margin, tables);
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {what} | {100 * rates.First:0.0} | {100 * rates.Family:0.0} | {100 * rates.EquivalenceFamily:0.0} | {100 * rates.Decided:0} | {100 * rates.DecidedAtOnce:0} | {100 * rates.Trials:0} |"
                );
            }
        }
    }

    /// <summary>The rows of the table in percent: the first operation (the noisy one, if there is one), and the mean of the others; false alarms, equivalence
    /// likewise, then families.</summary>
    public static IEnumerable<string> Rows(int tables)
    {
        yield return "| noise | seeds | false alarms: first cell, others | pooled alone | false equivalence: first cell, others | family: better or worse | family: equivalent |";
        yield return "|---|---:|---:|---:|---:|---:|---:|";
        foreach (var (name, noise) in Patterns)
        {
            foreach (int seeds in Seeds)
            {
                var rates = VerdictRates.Of(seeds, noise, tables);
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {seeds} | {Pair(rates.FalseAlarms)} | {Pair(rates.PooledAlone)} | {Pair(rates.FalseEquivalence)} | {100 * rates.Family:0.0} | {100 * rates.EquivalenceFamily:0.0} |"
                );
            }
        }

        yield return "";
        yield return "| seeds | true difference | pooled alone finds | verdict finds |";
        yield return "|---:|---:|---:|---:|";
        foreach (int seeds in Seeds)
        {
            foreach (double difference in new[] { 0.05, 0.1, 0.2 })
            {
                var (both, pooled) = VerdictRates.Power(seeds, Patterns["even"], difference, tables / 4);
                yield return string.Create(CultureInfo.InvariantCulture, $"| {seeds} | {100 * difference:0} points | {100 * pooled:0} | {100 * both:0} |");
            }
        }
    }

    /// <summary>What is true, and the margin: no difference, and a margin of nothing, so that all cells stay open to the last look; all at the margin; half of
    /// the operations much worse.</summary>
    public static IReadOnlyList<(string Name, double Margin, double[] Differences)> Truths { get; } =
    [
        ("none, margin 0", VerdictRates.Tiny, new double[Operations]),
        ("all at the margin", VerdictRates.Margin, [.. Enumerable.Repeat(VerdictRates.Margin, Operations)]),
        ("half 15 points worse", VerdictRates.Margin, [.. Enumerable.Range(0, Operations).Select(o => o % 2 == 0 ? 0 : -0.15)]),
    ];

    private static string Pair(double[] shares) => string.Create(CultureInfo.InvariantCulture, $"{100 * shares[0]:0.0}, {100 * shares.Skip(3).Average():0.0}");

    private static double[] Pattern(double baseline = 1, double operation = 1, int count = 1) =>
        [baseline * Noise, .. Enumerable.Range(0, Operations).Select(o => o < count ? operation * Noise : Noise)];
}
