using Graft.Analysis.Prediction;

namespace Graft.Report.Heat;

/// <summary>A map of pairs of operations at one position. Colours run over the position's values: from white, furthest apart, to blue, alike.</summary>
public sealed class SimilarityTable
{
    private static readonly Rgb Far = new(0xf7, 0xf7, 0xf5), Near = new(0x1f, 0x5f, 0xa6);

    private readonly PositionSimilarity _position;
    private readonly IReadOnlyList<string> _operations;

    private SimilarityTable(
        string title,
        SimilarityMap map,
        PositionSimilarity position,
        IReadOnlyList<IReadOnlyList<double?>> values,
        double far,
        double near,
        string format,
        double unit
    )
    {
        Title = title;
        _position = position;
        _operations = Operations(map);
        Rows =
        [
            .. position.Operations.Index().Select(row => new SimilarityRow(
                NumberOf(row.Item),
                row.Item,
                [.. position.Operations.Index().Select(column => Cell(row.Item, column.Item, values[row.Index][column.Index], far, near, format, unit))])),
        ];
    }

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>The numbers of the columns' operations.</summary>
    public IEnumerable<int> Numbers => _position.Operations.Select(NumberOf);

    /// <summary>The rows.</summary>
    public IReadOnlyList<SimilarityRow> Rows { get; }

    /// <summary>The operations of all positions, in the order of their numbers from 1.</summary>
    public static IReadOnlyList<string> Operations(SimilarityMap map) =>
        OperationOrder.Merge(map.Positions.OrderByDescending(p => p.Operations.Count).Select(p => p.Operations));

    /// <summary>Both maps of a position, without one of which nothing is known.</summary>
    public static IEnumerable<SimilarityTable> Of(SimilarityMap map, PositionSimilarity position)
    {
        if (Known(position.Cka).Any())
        {
            yield return OfCka(map, position);
        }

        if (Known(position.AccuracyGaps).Any())
        {
            yield return OfGaps(map, position);
        }
    }

    /// <summary>How alike candidates answer.</summary>
    public static SimilarityTable OfCka(SimilarityMap map, PositionSimilarity position) =>
        new("Linear CKA", map, position, position.Cka, Known(position.Cka).DefaultIfEmpty(0).Min(), near: 1, "0.000", unit: 1);

    /// <summary>How near accuracies are.</summary>
    public static SimilarityTable OfGaps(SimilarityMap map, PositionSimilarity position) =>
        new(
            "Difference of accuracies, points",
            map,
            position,
            position.AccuracyGaps,
            Known(position.AccuracyGaps).DefaultIfEmpty(0).Max(),
            near: 0,
            "0.0",
            unit: 100
        );

    private static IEnumerable<double> Known(IReadOnlyList<IReadOnlyList<double?>> map) => map.SelectMany(row => row).OfType<double>();

    private int NumberOf(string operation) => _operations.Index().First(o => o.Item == operation).Index + 1;

    private static HeatCell Cell(string row, string column, double? value, double far, double near, string format, double unit)
    {
        if (value is not { } known)
        {
            return new() { Kind = HeatKind.Pending, Value = Format.None, Title = $"{row} and {column}: not known" };
        }

        string text = Format.Number(unit * known, format);
        var background = Rgb.Mix(Far, Near, near == far ? 1 : Math.Clamp((known - far) / (near - far), 0, 1));
        return new()
        {
            Kind = HeatKind.Measured,
            Value = text,
            Title = $"{row} and {column}: {text}",
            Style = $"background:{background.Hex};color:{DivergingScale.Ink(background).Hex}",
        };
    }
}
