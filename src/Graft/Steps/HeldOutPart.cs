using Graft.Data;

namespace Graft.Steps;

/// <summary>The part of the training images that is held out of training, for early looks, scores and selection.</summary>
public sealed record HeldOutPart
{
    /// <summary>The fraction of each class; from 0 to 0.5.</summary>
    /// <value>Default: <c>0.05</c>.</value>
    public double Fraction { get; init; } = 0.05;

    /// <summary>Decides which images.</summary>
    public int Seed { get; init; }

    /// <summary>The training images of a data set in the part that is held out and the rest.</summary>
    /// <param name="data">The data set.</param>
    internal HeldOutSplit Split(ImageData data) => HeldOutSplit.Create(data.Train.Labels, Fraction, Seed);
}
