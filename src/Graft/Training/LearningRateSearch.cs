using Graft.Networks;

namespace Graft.Training;

/// <summary>
/// Finds a peak learning rate by short trainings, each with its whole schedule, from the same values on the same images. Short trainings favour low rates: of
/// those whose accuracy on held-out images is within its standard error of the best, the highest is taken.
/// </summary>
internal static class LearningRateSearch
{
    /// <summary>Tries the rates, and leaves the network with the values that it came with.</summary>
    /// <param name="network">The network, on the context's device.</param>
    /// <param name="data">The held-out images judge.</param>
    /// <param name="rates">The rates, at least one.</param>
    /// <param name="context">Where; a checkpoint is not used.</param>
    /// <param name="train">Trains the network shortly, with that peak learning rate, in that context.</param>
    /// <exception cref="ArgumentException">No rate is given, or nothing is held out.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LearningRateChoice Run(
        Network network, TrainingData data, IReadOnlyList<double> rates, TrainingContext context, Action<double, TrainingContext> train)
    {
        if (rates.Count == 0 || data.Split.HeldOut.Length == 0)
        {
            throw new ArgumentException("A search needs learning rates, and held-out images to judge them by.", nameof(rates));
        }

        using var given = new NetworkState(network);
        var trials = new List<LearningRateTrial>();
        foreach (double rate in rates.Order())
        {
            trials.Add(new(rate, Accuracy(rate)));
            given.Restore();
        }

        return LearningRateChoice.Of(trials, data.Split.HeldOut.Length);

        double? Accuracy(double rate)
        {
            try
            {
                train(rate, context with { Checkpoint = null, EpochDone = null });
            }
            catch (DivergedException)
            {
                return null;
            }

            return Evaluator.Evaluate(network, data.Data.Train, data.Data.Normalization, data.Split.HeldOut, context.Device, context.Cancellation).Accuracy;
        }
    }
}

/// <summary>A rate that was tried.</summary>
/// <param name="LearningRate">The peak learning rate.</param>
/// <param name="HeldOutAccuracy">Accuracy on the held-out images; null where the training diverged.</param>
internal sealed record LearningRateTrial(double LearningRate, double? HeldOutAccuracy);

/// <summary>The rate that a search took.</summary>
/// <param name="LearningRate">The rate.</param>
/// <param name="Trials">All that were tried, rates ascending.</param>
internal sealed record LearningRateChoice(double LearningRate, IReadOnlyList<LearningRateTrial> Trials)
{
    /// <summary>Takes the highest rate within the standard error of the best accuracy.</summary>
    /// <param name="trials">What was tried.</param>
    /// <param name="images">How many held-out images the accuracies are on.</param>
    /// <exception cref="DivergedException">All diverged.</exception>
    internal static LearningRateChoice Of(IReadOnlyList<LearningRateTrial> trials, int images)
    {
        if (trials.Max(t => t.HeldOutAccuracy) is not { } best)
        {
            string rates = string.Join(", ", trials.Select(t => Invariant($"{t.LearningRate}")));
            throw new DivergedException($"training diverged with every learning rate that was tried ({rates}); try lower ones.");
        }

        double error = Math.Sqrt(best * (1 - best) / images);
        return new(trials.Where(t => t.HeldOutAccuracy >= best - error).Max(t => t.LearningRate), trials);
    }
}
