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
        return IsGuessed((double)correct / labels.Count, labels.Count, chance) ? chance : null;
    }

    /// <summary>Whether an accuracy is no better than guessing, within three standard errors.</summary>
    /// <param name="accuracy">The accuracy, in [0, 1].</param>
    /// <param name="images">The images that it is of.</param>
    /// <param name="chance">The accuracy of guessing, in [0, 1].</param>
    public static bool IsGuessed(double accuracy, int images, double chance) =>
        accuracy <= chance + StandardErrors * Math.Sqrt(chance * (1 - chance) / images);
}
