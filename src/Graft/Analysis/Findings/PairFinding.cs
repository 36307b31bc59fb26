namespace Graft.Analysis.Findings;

/// <summary>Two operations of one family at one position: are similar operations equally good there?</summary>
public sealed record PairFinding
{
    /// <summary>The position, from 1.</summary>
    public required Place Position { get; init; }

    /// <summary>How long the networks were trained on.</summary>
    public required int Epochs { get; init; }

    /// <summary>The operation that is compared with.</summary>
    public required string First { get; init; }

    /// <summary>The operation that is compared: better means better than <see cref="First"/>.</summary>
    public required string Second { get; init; }

    /// <summary>The difference (second minus first) and the verdict; the family is all pairs of the study.</summary>
    public required Comparison Comparison { get; init; }

    /// <summary>How alike the answers of both are.</summary>
    public required Computed<Agreement> Agreement { get; init; }

    /// <summary>How alike two seeds of the first operation are: what training alone changes.</summary>
    public required Computed<Agreement> AgreementOfSeeds { get; init; }
}
