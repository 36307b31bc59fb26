using Graft.Analysis;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>Where and for whom a training runs; nothing in it changes a result.</summary>
internal sealed record TrainingContext
{
    /// <summary>Where tensors live.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The clock that epochs are timed by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the state is kept while it runs; null to keep none.</summary>
    public CheckpointFile? Checkpoint { get; init; }

    /// <summary>Is told after every batch.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Is told after every epoch; after a resumption also of the epochs before it.</summary>
    public Action<EpochResult>? EpochDone { get; init; }

    /// <summary>Ends the training between two batches, with a checkpoint.</summary>
    public CancellationToken Cancellation { get; init; }
}
