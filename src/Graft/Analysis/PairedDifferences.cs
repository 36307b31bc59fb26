namespace Graft.Analysis;

/// <summary>
/// Differences of two things that were measured with the same seeds on the same test images, seed by seed and image by image: 1 where only the first network
/// was right, −1 where only the second was, 0 elsewhere. Sums and means of such tables are tables again, so that one set of tests serves differences,
/// differences of differences and averages over cells.
/// </summary>
public sealed class PairedDifferences
{
    private readonly double[][] _bySeed;
    private readonly IReadOnlyDictionary<object, double> _contrast; // the weight of each cell's trials, the cells told apart by reference

    private PairedDifferences(int[] seeds, double[][] bySeed, IReadOnlyDictionary<object, double> contrast)
    {
        Seeds = seeds;
        _bySeed = bySeed;
        _contrast = contrast;
    }

    /// <summary>The seeds, ascending; at least one.</summary>
    public IReadOnlyList<int> Seeds { get; }

    /// <summary>The number of test images, at least one.</summary>
    public int Images => _bySeed[0].Length;

    /// <summary>What the mean cannot exceed in either direction, as accuracies are in [0, 1]: 1 for a difference, 2 for a difference of differences.</summary>
    internal double Most => _contrast.Values.Sum(Math.Abs) / 2;

    /// <summary>The variance over seeds of a difference, if each cell has the training noise: 2 cells of it for a difference of two, 1 + 1/m for one with the
    /// mean of m.</summary>
    public double VarianceBy(TrainingNoise noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        return _contrast.Sum(cell => cell.Value * cell.Value * noise.VarianceOf(cell.Key));
    }

    /// <summary>The differences of a seed, by image.</summary>
    /// <param name="seed">The index in <see cref="Seeds"/>.</param>
    public ReadOnlySpan<double> this[int seed] => _bySeed[seed];

    /// <summary>The mean over all seeds and images: a difference of accuracies.</summary>
    public double Mean => SeedMeans().Average();

    /// <summary>A table of numbers, for what does not come from test outcomes.</summary>
    /// <param name="bySeed">For each seed 1, 2, …, the values by image.</param>
    /// <exception cref="ArgumentException">There are no values, or seeds differ in their number of images.</exception>
    public static PairedDifferences FromValues(params IReadOnlyList<double[]> bySeed)
    {
        ArgumentNullException.ThrowIfNull(bySeed);
        if (bySeed.Count == 0 || bySeed[0].Length == 0 || bySeed.Any(values => values.Length != bySeed[0].Length))
        {
            throw new ArgumentException("Differences need at least one seed and one image, and the same images for every seed.", nameof(bySeed));
        }

        return new([.. Enumerable.Range(1, bySeed.Count)], [.. bySeed], Contrast(bySeed, new object()));
    }

    /// <summary>The differences of two cells over the seeds that both have.</summary>
    /// <param name="first">What is compared.</param>
    /// <param name="second">What it is compared with.</param>
    public static Computed<PairedDifferences> Between(IReadOnlyList<TrialOutcome> first, IReadOnlyList<TrialOutcome> second)
    {
        var pairs = first.Join(second, a => a.Seed, b => b.Seed, (a, b) => (a.Seed, First: a.Outcome, Second: b.Outcome)).OrderBy(p => p.Seed).ToList();
        if (pairs.Count == 0)
        {
            return new NotComputable("no seed has a finished trial of both");
        }

        int images = pairs[0].First.Count;
        if (images == 0 || pairs.Any(p => p.First.Count != images || p.Second.Count != images))
        {
            return new NotComputable("the trials were not tested on the same images");
        }

        return new PairedDifferences(
            [.. pairs.Select(p => p.Seed)],
            [.. pairs.Select(p => Differences(p.First.CorrectBlob, p.Second.CorrectBlob, images))],
            Contrast(first, second));
    }

    /// <summary>The mean of several tables over the seeds that all of them have.</summary>
    public static Computed<PairedDifferences> MeanOf(IReadOnlyList<PairedDifferences> tables) => Combine(tables, [.. tables.Select(_ => 1.0 / tables.Count)]);

    /// <summary>This table minus another over the seeds that both have.</summary>
    public Computed<PairedDifferences> Minus(PairedDifferences other) => Combine([this, other], [1, -1]);

    /// <summary>The mean of each seed over all images.</summary>
    public IReadOnlyList<double> SeedMeans() => [.. _bySeed.Select(values => values.Average())];

    /// <summary>The mean of each image over all seeds.</summary>
    public double[] ImageMeans()
    {
        var means = new double[Images];
        foreach (double[] values in _bySeed)
        {
            for (int i = 0; i < means.Length; i++)
            {
                means[i] += values[i] / _bySeed.Length;
            }
        }

        return means;
    }

    // From one bit an image.
    private static double[] Differences(byte[] first, byte[] second, int images)
    {
        var differences = new double[images];
        for (int i = 0; i < images; i++)
        {
            differences[i] = ((first[i / 8] >> (i % 8)) & 1) - ((second[i / 8] >> (i % 8)) & 1);
        }

        return differences;
    }

    private static Dictionary<object, double> Contrast(object first, object second) => new(ReferenceEqualityComparer.Instance) { [first] = 1, [second] = -1 };

    private static Computed<PairedDifferences> Combine(IReadOnlyList<PairedDifferences> tables, double[] weights)
    {
        if (tables.Count == 0)
        {
            return new NotComputable("there is nothing to average over");
        }

        int[] seeds = [.. tables.Select(t => t.Seeds.AsEnumerable()).Aggregate((a, b) => a.Intersect(b)).Order()];
        if (seeds.Length == 0)
        {
            return new NotComputable("no seed has a finished trial of all of them");
        }

        if (tables.Any(t => t.Images != tables[0].Images))
        {
            return new NotComputable("the trials were not tested on the same images");
        }

        var contrast = new Dictionary<object, double>(ReferenceEqualityComparer.Instance);
        foreach (var (table, weight) in tables.Zip(weights))
        {
            foreach (var (cell, share) in table._contrast)
            {
                contrast[cell] = contrast.GetValueOrDefault(cell) + (weight * share);
            }
        }

        return new PairedDifferences(seeds, [.. seeds.Select(Row)], contrast);

        double[] Row(int seed)
        {
            var row = new double[tables[0].Images];
            foreach (var (table, weight) in tables.Zip(weights))
            {
                double[] values = table._bySeed[table.Seeds.ToList().IndexOf(seed)];
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += weight * values[i];
                }
            }

            return row;
        }
    }
}
