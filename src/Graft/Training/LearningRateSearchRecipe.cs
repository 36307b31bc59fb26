using Graft.Networks;

namespace Graft.Training;

/// <summary>Which peak learning rates are tried before a fine-tuning, and for how long: see <see cref="LearningRateSearch"/>.</summary>
internal sealed record LearningRateSearchRecipe
{
    // All rates together take at most this part of the training that follows.
    private const double MostOfTraining = 0.5;

    /// <summary>
    /// The rates. A short-trained teacher bears ten times the rate of one that was trained for hundreds of epochs (docs/recipes.md), and what was distilled
    /// is lost at too high a rate.
    /// </summary>
    /// <value>Default: <c>[0.005, 0.01, 0.02, 0.05, 0.1]</c>.</value>
    public IReadOnlyList<double> Rates { get; init; } = [0.005, 0.01, 0.02, 0.05, 0.1];

    /// <summary>Training images that each rate is tried on, once: fewer where all rates together would take more than half of the training itself.</summary>
    /// <value>Default: <c>10_000</c>.</value>
    public int Images { get; init; } = 10_000;

    /// <summary>Images of each rate.</summary>
    /// <param name="train">Training images.</param>
    /// <param name="epochs">Passes over them in the training that follows.</param>
    internal int ImagesOf(double train, int epochs) => (int)Math.Min(Math.Min(Images, train), Math.Max(1, MostOfTraining * epochs * train / Rates.Count));

    /// <summary>Images that are trained on in all.</summary>
    /// <param name="train">Training images.</param>
    /// <param name="epochs">Passes over them in the training that follows.</param>
    internal double Work(double train, int epochs) => Rates.Count * (double)ImagesOf(train, epochs);

    /// <summary>Searches, and leaves the network with the values that it came with.</summary>
    /// <param name="network">The network, on the context's device.</param>
    /// <param name="data">What it will be trained on, and the held-out images that judge.</param>
    /// <param name="recipe">How it will be trained.</param>
    /// <param name="epochs">For how long.</param>
    /// <param name="seed">Decides which images, their order and their augmentation.</param>
    /// <param name="context">Where.</param>
    /// <param name="objective">What is minimised.</param>
    internal LearningRateChoice Run(
        Network network, TrainingData data, TrainingRecipe recipe, int epochs, int seed, TrainingContext context, ITrainingObjective objective)
    {
        var part = data.Draw(ImagesOf(data.Split.Train.Length, epochs), seed);
        return LearningRateSearch.Run(
            network, data, Rates, context, (rate, own) => new Trainer(network, part, recipe with { LearningRate = rate }, 1, seed, own, objective).Run());
    }
}
