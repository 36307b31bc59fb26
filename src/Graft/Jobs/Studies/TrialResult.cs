using Graft.Analysis;
using Graft.Engine;

namespace Graft.Jobs.Studies;

/// <summary>One trial: a network with one operation swapped, trained on from one seed.</summary>
public sealed record TrialResult
{
    /// <summary>The key of the step.</summary>
    public required string Key { get; init; }

    /// <summary>The seed of the candidate's initial values and of the order of training images.</summary>
    public required int Seed { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>done</c>, <c>failed</c> or <c>interrupted</c>.</summary>
    public required StepState State { get; init; }

    /// <summary>Test accuracy after the last epoch.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Test accuracy before the network was trained on.</summary>
    public double? AccuracyBeforeTraining { get; init; }

    /// <summary>Normalised distillation loss of the candidate on held-out images.</summary>
    public double? DistillationLoss { get; init; }

    /// <summary>Normalised distillation loss on training images along the distillation; empty where nothing was distilled.</summary>
    public IReadOnlyList<LossPoint> DistillationHistory { get; init; } = [];

    /// <summary>The epochs of training.</summary>
    public IReadOnlyList<EpochResult> History { get; init; } = [];

    /// <summary>
    /// What was measured of the candidate before any training, by the names of the measures (docs/predictors.md); without those that gave no finite number.
    /// </summary>
    public IReadOnlyDictionary<string, double> Measures { get; init; } = new Dictionary<string, double>();

    /// <summary>Time of the step.</summary>
    public double? Seconds { get; init; }

    /// <summary>Why the step failed, if it did.</summary>
    public string? Error { get; init; }
}
