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
}
