using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>The cells of a study that have no verdict, and why.</summary>
internal static class UncomputableCells
{
    private const int MostNamed = 4; // of the cells with one reason

    /// <summary>The reasons, each behind the first cells that it holds for, e.g. <c>5 residual and 1 more: both are right on the same images</c>.</summary>
    /// <param name="cells">Cells, each with the reason; null for those that have a verdict.</param>
    public static IEnumerable<string> Reasons(IEnumerable<(Place Position, string Operation, int Epochs, string? Reason)> cells)
    {
        var all = cells.ToList();
        bool isOneLength = all.Select(c => c.Epochs).Distinct().Count() <= 1;
        return all.Where(c => c.Reason is not null).GroupBy(c => c.Reason, Name).Select(names => $"{Shortened([.. names])}: {names.Key}");

        string Name((Place Position, string Operation, int Epochs, string? Reason) cell) =>
            Invariant($"{cell.Position} {cell.Operation}{(isOneLength ? "" : $" ({Plural.Of(cell.Epochs, "epoch")})")}");
    }

    private static string Shortened(IReadOnlyList<string> names) =>
        Listing.Of(names.Count <= MostNamed ? names : [.. names.Take(MostNamed - 1), Invariant($"{names.Count - MostNamed + 1} more")]);
}
