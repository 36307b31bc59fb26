namespace Graft.Analysis.Findings;

/// <summary>A cell compared with the unchanged network that was trained on for as long.</summary>
public sealed record CellFinding
{
    /// <summary>The position, from 1.</summary>
    public required Place Position { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>How long the network was trained on.</summary>
    public required int Epochs { get; init; }

    /// <summary>The mean accuracy with Student's interval of 95 % over seeds.</summary>
    public required Computed<ConfidenceInterval> Accuracy { get; init; }

    /// <summary>The difference to the unchanged network and the verdict; the family is all cells of the study.</summary>
    public required Comparison ToTeacher { get; init; }

    /// <summary>The paired t-test over seeds; not what the verdict rests on.</summary>
    public required Computed<PairedTTest> OverSeeds { get; init; }

    /// <summary>McNemar's test over images, all seeds pooled; not what the verdict rests on.</summary>
    public required Computed<McNemarTest> OverImages { get; init; }

    /// <summary>McNemar's test of each seed.</summary>
    public required IReadOnlyList<SeedMcNemar> OverImagesOfSeeds { get; init; }

    /// <summary>The bootstrap interval over seeds and images; not what the verdict rests on.</summary>
    public required Computed<BootstrapInterval> Bootstrap { get; init; }

    /// <summary>How alike the answers are.</summary>
    public required Computed<Agreement> Agreement { get; init; }
}
