namespace Graft.Analysis.Findings;

/// <summary>What longer training does to a cell.</summary>
public sealed record LengthFinding
{
    /// <summary>The position, from 1.</summary>
    public required Place Position { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The shorter training.</summary>
    public required int From { get; init; }

    /// <summary>The longer training: the next length of the study.</summary>
    public required int To { get; init; }

    /// <summary>Accuracy after the longer minus after the shorter training.</summary>
    public required Computed<DifferenceTest> Gain { get; init; }

    /// <summary>
    /// The gain beyond that of the unchanged network: how much of the difference to it longer training wins back (better) or loses (worse). The family is all
    /// cells and lengths of the study.
    /// </summary>
    public required Comparison Recovery { get; init; }
}
