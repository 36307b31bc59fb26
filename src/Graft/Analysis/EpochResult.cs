namespace Graft.Analysis;

/// <summary>One epoch of training.</summary>
public sealed record EpochResult
{
    /// <summary>The epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Mean training loss (with label smoothing where the recipe has it).</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>Accuracy on the (augmented) training images, counted while training.</summary>
    public required double TrainingAccuracy { get; init; }

    /// <summary>Accuracy on the held-out part of the training set after the epoch; null where nothing is held out.</summary>
    public double? HeldOutAccuracy { get; init; }

    /// <summary>Learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Time of the epoch.</summary>
    public required double Seconds { get; init; }
}
