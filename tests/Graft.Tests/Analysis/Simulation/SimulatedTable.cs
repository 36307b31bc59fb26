using Graft.Analysis;
using Graft.Runtime;

namespace Graft.Tests.Analysis.Simulation;

/// <summary>
/// Tables of a baseline and operations whose true accuracies are known. Half of the images are right in every trial. Any other is right with a probability of
/// 1/2, more or less by what the image has with the operation (±0.2) and by what the seed has with the operation (training noise, normal): symmetric about 1/2,
/// so that clamping probabilities leaves means as they are.
/// </summary>
/// <param name="Noise">The standard deviation of accuracy by training alone, of the baseline first, then of each operation.</param>
/// <param name="Differences">The true difference of each operation to the baseline.</param>
/// <param name="Seeds">The number of seeds.</param>
/// <param name="Images">The number of test images.</param>
internal sealed record SimulatedTable(double[] Noise, double[] Differences, int Seeds, int Images = 1000)
{
    private const double ImageEffect = 0.2;

    /// <summary>Draws the trials of each cell, the baseline first.</summary>
    public IReadOnlyList<IReadOnlyList<TrialOutcome>> Draw(ulong seed)
    {
        var random = new SplitMix(Seed.Mix((long)seed, Seeds, Images));
        int[] labels = new int[Images], predicted = new int[Images];
        var cells = new List<IReadOnlyList<TrialOutcome>>();
        foreach (var (cell, noise) in Noise.Index())
        {
            double difference = cell == 0 ? 0 : Differences[cell - 1];
            var effects = new double[Images / 2];
            for (int i = 0; i < effects.Length; i++)
            {
                effects[i] = random.NextBool() ? ImageEffect : -ImageEffect;
            }

            var trials = new List<TrialOutcome>();
            for (int s = 1; s <= Seeds; s++)
            {
                // On half of the images an effect has to be twice as large.
                double level = 0.5 + (2 * (difference + (noise * Gaussian(ref random))));
                for (int i = 0; i < effects.Length; i++)
                {
                    predicted[i] = Uniform(ref random) < level + effects[i] ? 0 : 1;
                }

                trials.Add(new(s, TestOutcome.FromPredictions(predicted, labels)));
            }

            cells.Add(trials);
        }

        return cells;
    }

    /// <summary>The tests of all operations against the baseline.</summary>
    public static IReadOnlyList<DifferenceTest> Tests(IReadOnlyList<IReadOnlyList<TrialOutcome>> table)
    {
        var accuracies = table.Select(cell => (IReadOnlyList<double>)[.. cell.Select(t => (double)t.Outcome.CorrectCount / t.Outcome.Count)]);
        var noise = TrainingNoise.Pooled([.. accuracies]).Value?.WithBaselines([table[0]]);
        return [.. table.Skip(1).Select(cell => PairedDifferences.Between(cell, table[0]).Then(d => CrossedTest.Of(d, noise)).Value!)];
    }

    private static double Uniform(ref SplitMix random) => (random.Next() >> 11) * (1.0 / (1UL << 53));

    private static double Gaussian(ref SplitMix random) => Math.Sqrt(-2 * Math.Log(1 - Uniform(ref random))) * Math.Cos(2 * Math.PI * Uniform(ref random));
}
