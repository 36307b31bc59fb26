using Graft.Data;

namespace Graft.Training;

/// <summary>The other order of the classes that a network answers.</summary>
/// <param name="Answers">For each class of the labels the one that the network answers for most of its images; all classes, each once.</param>
/// <param name="Accuracy">The network's accuracy if its answers are mapped like this, in [0, 1].</param>
internal sealed record ClassPermutation(IReadOnlyList<int> Answers, double Accuracy)
{
    /// <summary>
    /// Finds out whether a network answers the classes in another order than the labels have: then it would be right, mapped, for more images than half-way
    /// from guessing to all. Null otherwise.
    /// </summary>
    /// <param name="predicted">The network's answers to the test images.</param>
    /// <param name="data">The data set.</param>
    public static ClassPermutation? Of(IReadOnlyList<int> predicted, ImageData data) => Of(predicted, data.Test.Labels, data.ClassNames.Count);

    /// <inheritdoc cref="Of(IReadOnlyList{int}, ImageData)"/>
    /// <param name="predicted">The network's answers, in [0, <paramref name="classes"/>).</param>
    /// <param name="labels">The right classes, in the same order.</param>
    /// <param name="classes">The number of classes.</param>
    public static ClassPermutation? Of(IReadOnlyList<int> predicted, IReadOnlyList<int> labels, int classes)
    {
        var most = labels.Zip(predicted, (label, answer) => (Label: label, Answer: answer)).CountBy(pair => pair)
            .GroupBy(count => count.Key.Label, (_, counts) => counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key.Answer).First())
            .OrderBy(count => count.Key.Label).ToList();
        var answers = most.Select(count => count.Key.Answer).ToList();
        double mapped = most.Sum(count => count.Value) / (double)labels.Count, chance = 1.0 / classes;
        return answers.Distinct().Count() == classes && answers.Index().Any(c => c.Index != c.Item) && mapped > (1 + chance) / 2 ? new(answers, mapped) : null;
    }

    /// <summary>Refuses a network whose classes would be named wrongly by the data's names.</summary>
    /// <param name="predicted">The network's answers to the test images.</param>
    /// <param name="data">The data set.</param>
    /// <param name="path">The file that would name them.</param>
    /// <exception cref="ConfigurationException">It answers the classes in another order.</exception>
    public static void RequireNone(IReadOnlyList<int> predicted, ImageData data, string path)
    {
        if (Of(predicted, data) is { } order)
        {
            throw new ConfigurationException($"{path} is not written, as it would name the classes wrongly: {order.Describe(data)}");
        }
    }

    /// <summary>The order in words, and what to do.</summary>
    /// <param name="data">The data set.</param>
    public string Describe(ImageData data)
    {
        var (first, answer) = Answers.Index().First(c => c.Index != c.Item);
        return Invariant(
            $"the network's classes are in another order than the data's: it answers most images of '{data.ClassNames[first]}', class {first} of the data, as class {answer}, and so on; mapped like this, {100 * Accuracy:0.00} % are right. Give the data with its classes in the order of the training (those of folders are sorted by name)."
        );
    }
}
