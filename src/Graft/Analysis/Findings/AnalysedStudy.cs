using Graft.Runtime;

namespace Graft.Analysis.Findings;

/// <summary>A study, as far as the analysis needs it.</summary>
internal sealed record AnalysedStudy
{
    /// <summary>The name of the operation that stands for the unchanged network trained on for as long.</summary>
    public const string Baseline = Unchanged.Operation;

    /// <summary>The cells; positions ascending, operations and lengths in the plan's order.</summary>
    public required IReadOnlyList<AnalysedCell> Cells { get; init; }

    /// <summary>How many positions the network has.</summary>
    public required int PositionCount { get; init; }

    /// <summary>The first position that halves the feature maps (7 of WRN-40-2); null where none does.</summary>
    public int? FirstHalving { get; init; }

    /// <summary>Trainable parameters of the unchanged network.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates of the unchanged network for one image.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>The cells in which something was swapped.</summary>
    public IEnumerable<AnalysedCell> Swapped => Cells.Where(c => !c.IsUnchanged);

    /// <summary>The cells in which something was swapped, without controls.</summary>
    public IEnumerable<AnalysedCell> Candidates => Swapped.Where(c => !c.IsControl);

    /// <summary>Those of them at single positions: the claims of <b>Seo &amp; Lee</b> and the analysis of variance are about these.</summary>
    public IEnumerable<AnalysedCell> AtPositions => Candidates.Where(c => c.Position.IsSingle);

    /// <summary>The training lengths, ascending.</summary>
    public IReadOnlyList<int> Lengths => [.. Cells.Select(c => c.Epochs).Distinct().Order()];

    /// <summary>The unchanged network trained on for so long; null where the plan has none. Its trials are the same at every position.</summary>
    public AnalysedCell? BaselineOf(int epochs) => Cells.FirstOrDefault(c => c.IsUnchanged && c.Epochs == epochs);

    /// <summary>The cells of training lengths whose noise is pooled: all but controls.</summary>
    public IEnumerable<AnalysedCell> Pooled(params IReadOnlyList<int> lengths) => Cells.Where(c => !c.IsControl && lengths.Contains(c.Epochs));

    /// <summary>The noise of these cells; null where each has one seed at most.</summary>
    public TrainingNoise? NoiseOf(params IReadOnlyList<int> lengths) => TrainingNoise.Pooled([.. Pooled(lengths).Select(c => c.Accuracies)]).Value;

    /// <summary>Why a cell cannot be compared whose unchanged network (<see cref="BaselineOf"/>) the plan does not have.</summary>
    public static string NoBaseline(int epochs) =>
        Invariant($"the study has no '{Baseline}' trained on for {Plural.Of(epochs, "epoch")} to compare with");

    /// <summary>A cell's differences to the unchanged network trained on for as long.</summary>
    public Computed<PairedDifferences> ToBaseline(AnalysedCell cell) => BaselineOf(cell.Epochs) is not { } baseline
        ? new NotComputable(NoBaseline(cell.Epochs))
        : Answers(cell).Then(_ => Answers(baseline)).Then(_ => PairedDifferences.Between(cell.Outcomes, baseline.Outcomes));

    /// <summary>The answers of a cell's trials, or why there are none.</summary>
    public static Computed<IReadOnlyList<TrialOutcome>> Answers(AnalysedCell cell) => cell.Outcomes.Count > 0
        ? Computed<IReadOnlyList<TrialOutcome>>.Of(cell.Outcomes)
        : new NotComputable(cell.Accuracies.Count == 0
            ? $"no trial of '{cell.Operation}' has finished"
            : $"the record does not have what '{cell.Operation}' answered for each test image");
}
