using System.Diagnostics.CodeAnalysis;
using Graft.Analysis;
using Graft.Engine;

namespace Graft.Jobs.Studies;

/// <summary>A cell of the study's table with what its trials gave.</summary>
public sealed record CellResult : Cell
{
    /// <summary>A cell with nothing said.</summary>
    public CellResult()
    {
    }

    [SetsRequiredMembers]
    internal CellResult(Cell cell, IReadOnlyList<double> accuracies, IReadOnlyList<TrialResult> trials, StepState state)
        : base(cell) => (Accuracies, Trials, State) = (accuracies, trials, state);

    /// <summary>Test accuracy of each finished trial, by ascending seed.</summary>
    public required IReadOnlyList<double> Accuracies { get; init; }

    /// <summary>Mean of <see cref="Accuracies"/>; null without any.</summary>
    public double? Mean { get; init; }

    /// <summary>Sample standard deviation (n − 1) of <see cref="Accuracies"/>; null with fewer than two.</summary>
    public double? Std { get; init; }

    /// <summary>
    /// Mean difference to the <c>teacher</c> cell of the same length over the seeds of which both have finished trials; null where there are none. Where the
    /// plan has no such cell, the difference of the mean to the teacher's own accuracy; null where either is not there.
    /// </summary>
    public double? DifferenceToTeacher { get; init; }

    /// <summary>The seeds that <see cref="DifferenceToTeacher"/> is of: the unchanged network may have fewer than this cell; 0 where there is none.</summary>
    public int DifferenceSeeds { get; init; }

    /// <summary>
    /// Held-out distillation loss, normalised by the loss of answering zero (mean over seeds); null for operations that have nothing to learn.
    /// </summary>
    public double? DistillationLoss { get; init; }

    /// <summary>Test accuracy with the distilled candidate in place, before the network is trained on (mean over seeds).</summary>
    public double? AccuracyBeforeTraining { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>done</c>, <c>failed</c> or <c>interrupted</c> (all or some of its trials).</summary>
    public required StepState State { get; init; }

    /// <summary>The trials, by ascending seed.</summary>
    public required IReadOnlyList<TrialResult> Trials { get; init; }
}
