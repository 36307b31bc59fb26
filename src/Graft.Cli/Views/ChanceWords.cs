using Graft.Data;
using Graft.Runtime;
using Graft.Training;

namespace Graft.Cli.Views;

/// <summary>What is said of a network that is no better than guessing.</summary>
internal static class ChanceWords
{
    /// <summary>A remark on a network that got so many test images right; null for one that is better than guessing.</summary>
    public static string? Remark(int correct, ImageData images) => ChanceAccuracy.Guessed(correct, images.Test.Labels) is { } guessed
        ? $"guessing the most frequent class gives {Format.Percent(guessed)} %; on {Plural.Of(images.Test.Labels.Length, "image")}, this is not clearly better. "
            + "Is it the data that it was trained on, with the same classes and normalisation?"
        : null;

    /// <summary>The same of the teacher, by its accuracy.</summary>
    public static void WriteOfTeacher(Terminal terminal, double? accuracy, ImageData images)
    {
        if (accuracy is { } fraction && Remark((int)Math.Round(fraction * images.Test.Count), images) is { } remark)
        {
            terminal.WriteLine($"note: the teacher gets {Format.Percent(fraction)} % of the test images right; {remark}");
        }
    }
}
