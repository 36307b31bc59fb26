using Graft.Analysis;

namespace Graft.Cli.Views;

/// <summary>The column of tables that says how many seeds would decide a cell.</summary>
internal static class SeedsColumn
{
    /// <summary>What the dash means, without a full stop; null where there is none.</summary>
    public static string? Legend(IEnumerable<Computed<SeedEstimate>?> column)
    {
        var reasons = column.Where(seeds => seeds is { HasValue: false }).Select(seeds => seeds!.Reason).ToHashSet();
        string?[] meanings =
        [
            reasons.Any(reason => reason != SeedEstimate.OneSeed) ? Invariant($"more than {SeedEstimate.MostSeeds}") : null,
            reasons.Contains(SeedEstimate.OneSeed) ? "not known of one seed" : null,
        ];
        return reasons.Count == 0 ? null : $"Seeds to decide: '{Report.Format.None}' is {string.Join(", or ", meanings.OfType<string>())}";
    }
}
