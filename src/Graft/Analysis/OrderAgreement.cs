namespace Graft.Analysis;

/// <summary>
/// How well scores order architectures, beside two predictions that cost nothing: the number of changed positions (fewer is better) and the number of
/// parameters (more is better). A score that does not order better than these says nothing about operations. Each τ is 1 where the order is right, −1 where it
/// is reversed.
/// </summary>
public sealed record OrderAgreement
{
    /// <summary>The architectures: selected ones, random ones; null for all together.</summary>
    public ArchitectureGroup? Group { get; init; }

    /// <summary>How many there are.</summary>
    public required int Count { get; init; }

    /// <summary>By the score; null where it is not defined: fewer than five architectures, or one side does not vary.</summary>
    public RankAgreement? Score { get; init; }

    /// <summary>By the number of changed positions.</summary>
    public RankAgreement? ChangedPositions { get; init; }

    /// <summary>By the number of parameters.</summary>
    public RankAgreement? Parameters { get; init; }

    /// <summary>τ of the score less that of the number of changed positions, with the interval of the difference.</summary>
    public RankAgreement? OverChangedPositions { get; init; }

    /// <summary>τ of the score less that of the number of parameters, with the interval of the difference.</summary>
    public RankAgreement? OverParameters { get; init; }

    /// <summary>The lowest, the median and the highest accuracy of those whose accuracy is known: near chance, an order says little about networks that anybody
    /// would use. Null where none is known.</summary>
    public AccuracyRange? Accuracy { get; init; }

    /// <summary>The agreement on selected architectures, on random ones, and on all; groups without any are left out.</summary>
    /// <param name="architectures">The architectures, whose numbers are finite; one of several groups is in each.</param>
    /// <param name="all">The same, each once.</param>
    /// <param name="seed">Decides the bootstrap.</param>
    internal static IReadOnlyList<OrderAgreement> Of(IReadOnlyList<JudgedArchitecture> architectures, IReadOnlyList<JudgedArchitecture> all, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(architectures);
        ArgumentNullException.ThrowIfNull(all);
        return
        [
            .. architectures.GroupBy(a => a.Group).OrderBy(g => g.Key).Select(g => OfOne(g.Key, [.. g], seed)),
            .. all.Count > 0 ? [OfOne(null, all, seed)] : Array.Empty<OrderAgreement>(),
        ];
    }

    private static OrderAgreement OfOne(ArchitectureGroup? group, IReadOnlyList<JudgedArchitecture> some, ulong seed)
    {
        return new()
        {
            Group = group,
            Count = some.Count,
            Score = RankAgreement.Of([.. some.Select(a => (a.Score, a.Loss))], seed),
            ChangedPositions = RankAgreement.Of([.. some.Select(a => ((double)a.ChangedPositions, a.Loss))], seed),
            Parameters = RankAgreement.Of([.. some.Select(a => (-(double)a.Parameters, a.Loss))], seed),
            OverChangedPositions = RankAgreement.Advantage([.. some.Select(a => (a.Score, (double)a.ChangedPositions, a.Loss))], seed),
            OverParameters = RankAgreement.Advantage([.. some.Select(a => (a.Score, -(double)a.Parameters, a.Loss))], seed),
            Accuracy = AccuracyRange.Of([.. some.Select(a => a.Accuracy).OfType<double>()]),
        };
    }
}
