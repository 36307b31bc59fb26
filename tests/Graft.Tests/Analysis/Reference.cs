using System.Text.Json;
using Graft.Analysis;
using Graft.Tests.Fixtures;

namespace Graft.Tests.Analysis;

/// <summary>Values of other programs: scipy (<c>Reference/statistics.py</c>) and R (<c>Reference/anova.R</c>).</summary>
internal static class Reference
{
    public static JsonElement Scipy { get; } = Load("statistics.json");

    public static JsonElement R { get; } = Load("anova.json");

    public static double[] Numbers(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(x => x.GetDouble())];

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    /// <summary>The comparisons of two classifiers: 2, 3, 5 seeds and 1.</summary>
    public static IEnumerable<(JsonElement Expected, PairedDifferences Differences)> Comparisons() =>
        Scipy
            .GetProperty("comparisons")
            .EnumerateArray()
            .Select(c =>
                (
                    c,
                    PairedDifferences.FromValues([
                        .. c.GetProperty("differences").EnumerateArray().Select(row => row.EnumerateArray().Select(x => x.GetDouble()).ToArray()),
                    ])
                )
            );

    private static JsonElement Load(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(SourceTree.PathOf("tests", "Graft.Tests", "Analysis", "Reference", name)));
        return document.RootElement.Clone();
    }
}
