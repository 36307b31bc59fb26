using Google.OrTools.Graph;
using Graft.Data;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Graft.Training;

/// <summary>The other order of the classes that a network answers.</summary>
/// <param name="Answers">For each class of the labels the one that the network answers in its place; all classes, each once.</param>
/// <param name="Accuracy">The network's accuracy if its answers are mapped like this, in [0, 1].</param>
internal sealed record ClassPermutation(IReadOnlyList<int> Answers, double Accuracy)
{
    private const double Significance = 0.05;

    /// <summary>
    /// Finds out whether a network answers the classes in another order than the labels have. Of all one-to-one mappings whose pairs all occur, the one that is
    /// right for most images (the linear assignment problem) must be right for more than half-way from guessing the most frequent class to all, and for more
    /// than the own order is by a sign test of the images on which the two differ, corrected for the number of mappings (Bonferroni). Null otherwise.
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
        var counts = labels.Zip(predicted, (label, answer) => (Label: label, Answer: answer)).CountBy(pair => pair).ToDictionary();
        if (Assignment(counts, classes) is not { } answers)
        {
            return null;
        }

        var moved = answers.Index().Where(c => c.Index != c.Item).ToList();
        int won = moved.Sum(c => counts[c]), lost = moved.Sum(c => counts.GetValueOrDefault((c.Index, c.Index)));
        double mapped = answers.Index().Sum(c => counts[c]) / (double)labels.Count;
        return mapped > (1 + ChanceAccuracy.Of(labels)) / 2 && LogSignTest(won, lost) + SpecialFunctions.FactorialLn(classes) < Math.Log(Significance)
            ? new(answers, mapped)
            : null;
    }

    // For each class the answer that stands for it, so that most images are right; null where not every class can have an answer of its own that it got.
    private static List<int>? Assignment(Dictionary<(int Label, int Answer), int> counts, int classes)
    {
        if (counts.Keys.Select(pair => pair.Label).Distinct().Count() < classes || counts.Keys.Select(pair => pair.Answer).Distinct().Count() < classes)
        {
            return null;
        }

        using var assignment = new LinearSumAssignment();
        foreach (var (pair, count) in counts)
        {
            assignment.AddArcWithCost(pair.Label, pair.Answer, -count);
        }

        return assignment.Solve() == LinearSumAssignment.Status.OPTIMAL ? [.. Enumerable.Range(0, classes).Select(assignment.RightMate)] : null;
    }

    // The logarithm of the probability that chance gives at least as many wins as these.
    private static double LogSignTest(int won, int lost)
    {
        double[] tail = [.. Enumerable.Range(won, lost + 1).Select(k => Binomial.PMFLn(0.5, won + lost, k))];
        return tail.Max() + Math.Log(tail.Sum(p => Math.Exp(p - tail.Max())));
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
            $"the network's classes are in another order than the data's: its answer {answer} stands for '{data.ClassNames[first]}', class {first} of the data, and so on; mapped like this, {100 * Accuracy:0.00} % are right. Give the data with its classes in the order of the training (those of folders are sorted by name)."
        );
    }
}
