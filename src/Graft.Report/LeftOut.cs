using Graft.Runtime;

namespace Graft.Report;

/// <summary>What a section leaves out, as it cannot be computed.</summary>
internal static class LeftOut
{
    private const string SecondSeed = "Run a second seed: --seeds 2.";

    /// <summary>What is left out, and why: a sentence, and one that says how to add a seed where that would help. Null where nothing is.</summary>
    /// <param name="statistics">What cannot be computed, each with the reason, without a full stop; may name the same twice.</param>
    /// <param name="seeds">How many seeds the study has.</param>
    public static string? Sentence(IEnumerable<(string What, string Reason)> statistics, int seeds)
    {
        var reasons = statistics.GroupBy(statistic => statistic.Reason, statistic => statistic.What).ToList();
        if (reasons.Count == 0)
        {
            return null;
        }

        string left = string.Join("; ", reasons.Select(reason => $"{Listing.Of([.. reason.Distinct()])} ({reason.Key})"));
        return $"Left out: {left}.{(seeds == 1 && reasons.Exists(reason => IsOfOneSeed(reason.Key)) ? $" {SecondSeed}" : "")}";
    }

    // Reasons come as words, with the documents.
    private static bool IsOfOneSeed(string reason) =>
        reason.Contains("one seed", StringComparison.Ordinal) || reason.Contains("second seed", StringComparison.Ordinal);
}
