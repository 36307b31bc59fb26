using Graft.Data;
using Graft.Runtime;

namespace Graft.Training;

/// <summary>A data set and the part of its training images that is held out.</summary>
/// <param name="Data">The images.</param>
/// <param name="Split">Which of the training images are trained on and which are held out.</param>
internal sealed record TrainingData(ImageData Data, HeldOutSplit Split)
{
    /// <summary>Holds out a fraction of the training images.</summary>
    public static TrainingData Create(ImageData data, double heldOut, int seed) => new(data, HeldOutSplit.Create(data.Train.Labels, heldOut, seed));

    /// <summary>The same with some of the images that are trained on, drawn by chance and in that order.</summary>
    /// <param name="most">How many.</param>
    /// <param name="seed">Decides which, and their order.</param>
    internal TrainingData Draw(int most, int seed) =>
        this with
        {
            Split = Split with { Train = [.. Split.Train.OrderBy(i => Seed.Mix(seed, i)).ThenBy(i => i).Take(most)] },
        };
}
