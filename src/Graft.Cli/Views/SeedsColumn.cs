using Graft.Analysis;

namespace Graft.Cli.Views;

/// <summary>The column of tables that says how many seeds would decide a cell.</summary>
internal static class SeedsColumn
{
    /// <summary>What the dash means, without a full stop; null where there is none.</summary>
    public static string? Legend(IEnumerable<Computed<SeedEstimate>?> column) =>
        column.Any(seeds => seeds is { HasValue: false }) ? Invariant($"Seeds to decide: '{Report.Format.None}' is more than {SeedEstimate.MostSeeds}") : null;
}
