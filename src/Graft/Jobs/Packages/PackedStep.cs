using Graft.Analysis;
using Graft.Engine;

namespace Graft.Jobs.Packages;

/// <summary>A step with all that the record holds of it, as a package carries it.</summary>
internal sealed record PackedStep
{
    /// <summary>The step; its result where it is done.</summary>
    public required StoredStep Step { get; init; }

    /// <summary>Its epochs.</summary>
    public IReadOnlyList<EpochResult> History { get; init; } = [];

    /// <summary>Its loss curve.</summary>
    public IReadOnlyList<LossPoint> Losses { get; init; } = [];

    /// <summary>What was answered for each test image; null where nothing was tested.</summary>
    public PackedOutcome? Outcome { get; init; }

    /// <summary>The files of its result.</summary>
    public IReadOnlyList<ArtifactChecksum> Files { get; init; } = [];

    /// <summary>The results of other steps that it stands on.</summary>
    public IReadOnlyList<StepInput> Inputs { get; init; } = [];

    public static PackedStep Of(StoredStep step, IStepRecord record) => new()
    {
        Step = step,
        History = record.Histories([step.Key])[step.Key],
        Losses = record.LossPoints([step.Key])[step.Key],
        Outcome = record.Outcome(step.Key) is { } outcome ? new(outcome.Count, outcome.CorrectBlob, outcome.PredictedBlob) : null,
        Files = record.Artifacts(step.Key),
        Inputs = record.Inputs([step.Key])[step.Key],
    };
}

/// <summary>A test run's answers, packed as the record packs them.</summary>
/// <param name="Count">The number of test images.</param>
/// <param name="Correct">A bit for each image.</param>
/// <param name="Predicted">A class for each image.</param>
internal sealed record PackedOutcome(int Count, byte[] Correct, byte[] Predicted);
