namespace Graft.Training;

/// <summary>Tells accuracies that guessing would reach from others.</summary>
internal static class ChanceAccuracy
{
    private const double StandardErrors = 3; // one in a thousand guessing networks is above

    /// <summary>
    /// The accuracy of guessing always the most frequent class, in [0, 1], if the network is no better than that within three standard errors; null if it is
    /// better.
    /// </summary>
    /// <param name="correct">How many images it got right.</param>
    /// <param name="labels">The right classes.</param>
    public static double? Guessed(int correct, IReadOnlyCollection<int> labels)
    {
        double chance = (double)labels.CountBy(label => label).Max(c => c.Value) / labels.Count;
        double error = Math.Sqrt(chance * (1 - chance) / labels.Count);
        return (double)correct / labels.Count <= chance + StandardErrors * error ? chance : null;
    }
}
