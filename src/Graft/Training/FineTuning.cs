using Graft.Analysis;
using Graft.Networks;

namespace Graft.Training;

/// <summary>
/// A training that never hands over less than it was given: of the network before and after it the better one stays, by the accuracy on held-out images.
/// </summary>
internal static class FineTuning
{
    /// <summary>Trains, and takes the network back to where it began if it was better there.</summary>
    /// <param name="network">The network, with the values that it starts from, whatever a checkpoint holds; on the context's device.</param>
    /// <param name="data">What to train on, and the held-out images that decide; where none are held out, the trained network stays.</param>
    /// <param name="context">Where and for whom.</param>
    /// <param name="train">Trains the network.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FineTuningOutcome Run(Network network, TrainingData data, TrainingContext context, Func<IReadOnlyList<EpochResult>> train)
    {
        if (data.Split.HeldOut.Length == 0)
        {
            return new(train(), null, null);
        }

        using var given = new NetworkState(network);
        double before = HeldOutAccuracy();
        var outcome = new FineTuningOutcome(train(), before, HeldOutAccuracy());
        if (outcome.KeptWhatItWasGiven)
        {
            given.Restore();
        }

        return outcome;

        double HeldOutAccuracy() =>
            Evaluator.Evaluate(network, data.Data.Train, data.Data.Normalization, data.Split.HeldOut, context.Device, context.Cancellation).Accuracy;
    }
}

/// <summary>What <see cref="FineTuning"/> came to.</summary>
/// <param name="History">The epochs.</param>
/// <param name="HeldOutBefore">Accuracy on the held-out images before; null where none are held out.</param>
/// <param name="HeldOutAfter">Likewise after the last epoch.</param>
internal sealed record FineTuningOutcome(IReadOnlyList<EpochResult> History, double? HeldOutBefore, double? HeldOutAfter)
{
    /// <summary>Whether the network was better before, and is what it was then.</summary>
    public bool KeptWhatItWasGiven => HeldOutAfter < HeldOutBefore;
}
