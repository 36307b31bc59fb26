using Graft.Operations;

namespace Graft.Cli.Views;

/// <summary>
/// What operations cost at positions. Few operations: a row a position. Many: a row an operation, a column for each kind of position, which are few.
/// </summary>
internal static class OperationCostTable
{
    private const int FewOperations = 12;

    public static void Write(
        Terminal terminal,
        IReadOnlyList<OperationSpec> operations,
        IReadOnlyList<(Position Position, IReadOnlyList<OperationCost?> Costs)> rows
    )
    {
        terminal.WriteLine("Each operation at each position: parameters in thousands / multiply-accumulates in millions");
        var table = operations.Count <= FewOperations ? ByPosition(operations, rows) : ByOperation(operations, rows);
        table.Write(terminal);
    }

    private static WideTable ByPosition(IReadOnlyList<OperationSpec> operations, IReadOnlyList<(Position Position, IReadOnlyList<OperationCost?> Costs)> rows)
    {
        var table = new WideTable(1, [">position", "path", "input", "output", .. operations.Select(o => $">{WideTable.OperationHeading(o.Text)}")]);
        foreach (var (position, costs) in rows)
        {
            table.AddRow([Invariant($"{position.Place}"), position.Path, $"{position.Input}", $"{position.Output}", .. costs.Select(Cell)]);
        }

        return table;
    }

    // What an operation costs depends on the position's shapes alone, but for the network's own and what is as large as that.
    private static WideTable ByOperation(IReadOnlyList<OperationSpec> operations, IReadOnlyList<(Position Position, IReadOnlyList<OperationCost?> Costs)> rows)
    {
        var kinds = rows.GroupBy(r => (r.Position.Input, r.Position.Output, r.Position.Length, Costs: string.Join(";", r.Costs.Select(Cell)))).ToList();
        var table = new WideTable(
            1,
            ["operation", .. kinds.Select(kind => Invariant($">{Positions([.. kind.Select(r => r.Position.Place)])}\n{kind.Key.Input} -> \n{kind.Key.Output}"))]
        );
        for (int i = 0; i < operations.Count; i++)
        {
            table.AddRow([operations[i].Text, .. kinds.Select(kind => Cell(kind.First().Costs[i]))]);
        }

        return table;
    }

    private static string Cell(OperationCost? cost) => cost is null ? "" : Invariant($"{cost.Parameters / 1e3:0.0} / {cost.MultiplyAccumulates / 1e6:0.0}");

    // Positions of one kind mostly follow one another.
    private static string Positions(Place[] places)
    {
        bool isRow = places[^1].First - places[0].First == places.Length - 1;
        return places switch
        {
            [{ IsSingle: true } only] => Invariant($"position {only}"),
            [{ IsSingle: true }, ..] when isRow => Invariant($"positions {places[0]}-{places[^1]}"),
            [{ IsSingle: true }, ..] => $"positions {Listed()}",
            [var only] => Invariant($"run {only}"),
            _ when isRow => Invariant($"runs {places[0]} to {places[^1]}"),
            _ => $"runs {Listed()}",
        };

        string Listed() => string.Join(", ", places.Select(place => Invariant($"{place}")));
    }
}
