using Graft.Analysis;
using Graft.Networks;

namespace Graft.Training;

/// <summary>
/// A training that is taken back where it harms: of the network before and after it the better one stays, by the accuracy on held-out images. On other images
/// either may be the better one, the more so the fewer are held out.
/// </summary>
internal static class FineTuning
{
    /// <summary>Trains, and takes the network back to where it began if it was better there.</summary>
    /// <param name="network">The network, with the values that it starts from, whatever a checkpoint holds; on the context's device.</param>
    /// <param name="data">What to train on, and the held-out images that decide; where none are held out, the trained network stays.</param>
    /// <param name="context">Where and for whom.</param>
    /// <param name="train">Trains the network.</param>
    /// <param name="unlessBetter">
    /// Whether the network stays what it was unless training made it better; otherwise unless training made it worse. With nothing held out it is not trained.
    /// </param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FineTuningOutcome Run(
        Network network, TrainingData data, TrainingContext context, Func<IReadOnlyList<EpochResult>> train, bool unlessBetter = false)
    {
        if (data.Split.HeldOut.Length == 0)
        {
            return new(unlessBetter ? [] : train(), null, null, KeptWhatItWasGiven: unlessBetter);
        }

        using var given = new NetworkState(network);
        double before = HeldOutAccuracy();
        var history = train();
        double after = HeldOutAccuracy();
        bool isTakenBack = unlessBetter ? after <= before : after < before;
        if (isTakenBack)
        {
            given.Restore();
        }

        return new(history, before, after, isTakenBack);

        double HeldOutAccuracy() =>
            Evaluator.Evaluate(network, data.Data.Train, data.Data.Normalization, data.Split.HeldOut, context.Device, context.Cancellation).Accuracy;
    }
}

/// <summary>What <see cref="FineTuning"/> came to.</summary>
/// <param name="History">The epochs.</param>
/// <param name="HeldOutBefore">Accuracy on the held-out images before; null where none are held out.</param>
/// <param name="HeldOutAfter">Likewise after the last epoch.</param>
/// <param name="KeptWhatItWasGiven">Whether training was taken back, and the network is what it was before.</param>
internal sealed record FineTuningOutcome(IReadOnlyList<EpochResult> History, double? HeldOutBefore, double? HeldOutAfter, bool KeptWhatItWasGiven);
