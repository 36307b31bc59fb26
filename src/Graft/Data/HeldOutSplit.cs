using Graft.Runtime;

namespace Graft.Data;

/// <summary>A training set in two parts: one to train on, one for scores, selection and early looks.</summary>
/// <param name="Train">Indices to train on, ascending.</param>
/// <param name="HeldOut">Indices held out, ascending.</param>
internal sealed record HeldOutSplit(int[] Train, int[] HeldOut)
{
    /// <summary>Holds out a fraction of each class, drawn by seed.</summary>
    /// <param name="labels">The class index of each image.</param>
    /// <param name="fraction">The fraction to hold out, in [0, 1); of each class it is rounded to whole images.</param>
    /// <param name="seed">Decides which images are held out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not in [0, 1).</exception>
    public static HeldOutSplit Create(IReadOnlyList<int> labels, double fraction, int seed)
    {
        if (!(fraction is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "Expected a fraction in [0, 1).");
        }

        var heldOut = new bool[labels.Count];
        foreach (var members in Enumerable.Range(0, labels.Count).GroupBy(i => labels[i]))
        {
            // Sorting by a hash of the index shuffles; the index breaks ties.
            var drawn = members.OrderBy(i => Seed.Mix(seed, i)).ThenBy(i => i).Take((int)Math.Round(members.Count() * fraction));
            foreach (var index in drawn)
            {
                heldOut[index] = true;
            }
        }

        var all = Enumerable.Range(0, labels.Count);
        return new HeldOutSplit([.. all.Where(i => !heldOut[i])], [.. all.Where(i => heldOut[i])]);
    }
}
