namespace Graft.Analysis.Prediction;

/// <summary>Is "similar operation, similar accuracy" true? For one training length.</summary>
public sealed record SimilarityMap
{
    private const double Level = 0.05;

    /// <summary>How long swapped networks were trained on.</summary>
    public required int Epochs { get; init; }

    /// <summary>The maps of each position.</summary>
    public required IReadOnlyList<PositionSimilarity> Positions { get; init; }

    /// <summary>CKA against nearness of accuracies over pairs of operations, operations shuffled within positions.</summary>
    public required Computed<MantelTest> Test { get; init; }

    /// <summary>The answer.</summary>
    public SimilarityAnswer Answer => Test.Value switch
    {
        { PValue: <= Level } => SimilarityAnswer.Holds,
        { OppositePValue: <= Level } => SimilarityAnswer.DoesNotHold,
        _ => SimilarityAnswer.Undecided,
    };

    /// <summary>Compares the maps of positions.</summary>
    internal static SimilarityMap Of(int epochs, IReadOnlyList<PositionSimilarity> positions) =>
        new() { Epochs = epochs, Positions = positions, Test = MantelTest.Of([.. positions.Select(Known)]) };

    // The operations of which both are known; the gap with its sign turned, so that near is high.
    private static (double[][] X, double[][] Y) Known(PositionSimilarity position)
    {
        var known = Enumerable
            .Range(0, position.Operations.Count)
            .Where(i => position.AccuracyGaps[i][i] is not null && position.Cka[i][i] is not null)
            .ToArray();
        return (Matrix(position.Cka, 1), Matrix(position.AccuracyGaps, -1));

        double[][] Matrix(IReadOnlyList<IReadOnlyList<double?>> map, int sign) => [.. known.Select(i => known.Select(j => sign * map[i][j]!.Value).ToArray())];
    }
}
