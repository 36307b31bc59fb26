using Graft.Analysis;

namespace Graft.Cli.Views;

/// <summary>The column of tables that says how many seeds would decide a cell.</summary>
internal static class SeedsColumn
{
    private const string More = "–";

    /// <summary>The number; a dash for more than are looked for, nothing for what is decided.</summary>
    public static string Text(Computed<SeedEstimate>? seeds) => seeds switch
    {
        null => "",
        { Value: { } estimate } => Invariant($"{estimate.Seeds}"),
        _ => More,
    };

    /// <summary>What the dash means, without a full stop; null where there is none.</summary>
    public static string? Legend(IEnumerable<Computed<SeedEstimate>?> column) =>
        column.Any(seeds => seeds is { HasValue: false }) ? Invariant($"Seeds to decide: '{More}' is more than {SeedEstimate.MostSeeds}") : null;
}
