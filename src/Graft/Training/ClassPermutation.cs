namespace Graft.Training;

/// <summary>Finds out whether a network answers another order of the classes than the labels have.</summary>
internal static class ClassPermutation
{
    /// <summary>
    /// For each class of the labels the one that the network answers for most of its images, if these are all classes in another order, and the network would
    /// be right, so mapped, for more images than half-way from guessing to all; null otherwise.
    /// </summary>
    /// <param name="predicted">The network's answers, in [0, <paramref name="classes"/>).</param>
    /// <param name="labels">The right classes, in the same order.</param>
    /// <param name="classes">The number of classes.</param>
    public static IReadOnlyList<int>? Of(IReadOnlyList<int> predicted, IReadOnlyList<int> labels, int classes)
    {
        int[,] answers = new int[classes, classes]; // [label, answer]
        foreach (var (label, answer) in labels.Zip(predicted))
        {
            answers[label, answer]++;
        }

        var all = Enumerable.Range(0, classes).ToList();
        var most = all.Select(label => all.MaxBy(answer => answers[label, answer])).ToList();
        double mapped = all.Sum(label => answers[label, most[label]]) / (double)labels.Count, chance = 1.0 / classes;
        return most.Distinct().Count() == classes && !most.SequenceEqual(all) && mapped > (1 + chance) / 2 ? most : null;
    }
}
