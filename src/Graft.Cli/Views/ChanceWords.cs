using Graft.Data;
using Graft.Training;

namespace Graft.Cli.Views;

/// <summary>What is said of a network that is no better than guessing.</summary>
internal static class ChanceWords
{
    /// <summary>
    /// A remark on a network that was given these images: that its answers are their classes in another order, or that they may not be its own, where it is no
    /// better than guessing. Null where there is nothing to remark.
    /// </summary>
    /// <param name="correct">How many test images it got right.</param>
    /// <param name="predicted">The class that it gave each of them.</param>
    /// <param name="images">The images.</param>
    public static string? Remark(int correct, IReadOnlyList<int> predicted, ImageData images) =>
        ClassPermutation.Of(predicted, images)?.Describe(images) ?? Guessing((double)correct / predicted.Count, images, isTrainedHere: false);

    /// <summary>A remark on a network that was trained on the images; null for one that is better than guessing.</summary>
    /// <param name="accuracy">Its test accuracy, in [0, 1].</param>
    /// <param name="images">The images.</param>
    public static string? RemarkOnTraining(double accuracy, ImageData images) => Guessing(accuracy, images, isTrainedHere: true);

    private static string? Guessing(double accuracy, ImageData images, bool isTrainedHere) =>
        ChanceAccuracy.AdviceOn(accuracy, images.Test.Count, ChanceAccuracy.Of(images.Test.Labels), isTrainedHere);
}
