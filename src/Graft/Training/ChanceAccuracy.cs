using Graft.Runtime;

namespace Graft.Training;

/// <summary>Tells accuracies that guessing would reach from others.</summary>
internal static class ChanceAccuracy
{
    private const string IsItsOwnData = "Is it the data that it was trained on, with the same classes and normalisation?";

    private const string WhatHelpsTraining = "More epochs, or another learning rate in the recipe, may help.";
    private const double StandardErrors = 3; // one in a thousand guessing networks is above

    /// <summary>The accuracy of guessing always the most frequent class, in [0, 1].</summary>
    /// <param name="labels">The right classes.</param>
    public static double Of(IReadOnlyCollection<int> labels) => (double)labels.CountBy(label => label).Max(c => c.Value) / labels.Count;

    /// <summary>What is said of an accuracy that is no better than guessing, for after a semicolon; null for a better one.</summary>
    /// <param name="accuracy">The accuracy, in [0, 1].</param>
    /// <param name="images">The images that it is of.</param>
    /// <param name="chance">The accuracy of guessing, in [0, 1].</param>
    public static string? RemarkOn(double accuracy, int images, double chance) => IsGuessed(accuracy, images, chance)
        ? Invariant($"guessing the most frequent class gives {100 * chance:0.00} %")
            + (IsGuessed(1 - accuracy, images, 1 - chance) ? $"; on {Plural.Of(images, "image")}, this is not clearly better." : ", which is better.")
        : null;

    /// <summary>The same with what is to be asked or done.</summary>
    /// <param name="accuracy">The accuracy, in [0, 1].</param>
    /// <param name="images">The images that it is of.</param>
    /// <param name="chance">The accuracy of guessing, in [0, 1].</param>
    /// <param name="isTrainedHere">Whether the network was trained on the data's own training images.</param>
    public static string? AdviceOn(double accuracy, int images, double chance, bool isTrainedHere) =>
        RemarkOn(accuracy, images, chance) is { } guessing ? $"{guessing} {(isTrainedHere ? WhatHelpsTraining : IsItsOwnData)}" : null;

    /// <summary>Whether training on lost most of what a network was better than guessing by, or all of it.</summary>
    /// <param name="before">Its accuracy before, in [0, 1].</param>
    /// <param name="after">Its accuracy after, in [0, 1].</param>
    /// <param name="images">The images that they are of; null where that is not known.</param>
    /// <param name="chance">The accuracy of guessing, in [0, 1]; null likewise.</param>
    public static bool LosesMost(double before, double after, int? images, double? chance)
    {
        double guessing = chance ?? 0;
        bool IsChance(double accuracy) => images is { } count ? IsGuessed(accuracy, count, guessing) : accuracy <= guessing;
        return !IsChance(before) && (IsChance(after) || before - after > (before - guessing) / 2);
    }

    /// <summary>Whether an accuracy is no better than guessing, within three standard errors.</summary>
    /// <param name="accuracy">The accuracy, in [0, 1].</param>
    /// <param name="images">The images that it is of.</param>
    /// <param name="chance">The accuracy of guessing, in [0, 1].</param>
    public static bool IsGuessed(double accuracy, int images, double chance) =>
        accuracy <= chance + StandardErrors * Math.Sqrt(chance * (1 - chance) / images);
}
