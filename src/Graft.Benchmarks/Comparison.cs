using Graft.Operations;

namespace Graft.Benchmarks;

/// <summary>What measurements of one run say beside one another; ratios are medians over the rounds.</summary>
/// <param name="Text">What is compared.</param>
/// <param name="Ratio">The ratio.</param>
public sealed record Comparison(string Text, double Ratio)
{
    /// <summary>Everything that can be compared in these measurements.</summary>
    /// <param name="suite">What was measured.</param>
    /// <param name="measurements">Some or all of its measurements.</param>
    /// <param name="multiplyAccumulates">Of the network, for one image, forward.</param>
    public static IReadOnlyList<Comparison> Of(BenchmarkSuite suite, IReadOnlyList<Measurement> measurements, long multiplyAccumulates)
    {
        string network = suite.Network.Name;
        var found = measurements.ToDictionary(m => m.Subject);
        string ours = BenchmarkSuite.Subject("train", network, Precision.BFloat16, suite.Cores),
            side = BenchmarkSuite.Subject("train", network, Precision.BFloat16, 1, suite.Cores);
        string tuned = BenchmarkSuite.PeerSubject("tuned", "train", network, suite.Cores),
            tunedSide = BenchmarkSuite.PeerSubject("tuned", "train", network, 1, suite.Cores);
        var comparisons = new List<Comparison>();
        Add("training, one process, to PyTorch tuned (bf16, channels-last, same allocator)", ours, tuned);
        Add("training, one process, to PyTorch's defaults", ours, BenchmarkSuite.PeerSubject("default", "train", network, suite.Cores));
        Add(Invariant($"training, {suite.Cores} processes of 1 thread, to PyTorch tuned likewise"), side, tunedSide);
        Add(Invariant($"training, {suite.Cores} processes of 1 thread, to one of {suite.Cores} threads"), side, ours);
        Add(
            "inference, to PyTorch tuned",
            BenchmarkSuite.Subject("evaluate", network, Precision.BFloat16, suite.Cores),
            BenchmarkSuite.PeerSubject("tuned", "evaluate", network, suite.Cores)
        );
        if (Best(ours, side) is { } best && Best(tuned, tunedSide) is { } peer && found.ContainsKey(tuned))
        {
            comparisons.Add(new("training, the best of ours to the best of PyTorch's", best.RatioTo(peer)));
        }

        foreach (int threads in new[] { 1, suite.Cores }.Distinct())
        {
            if (found.TryGetValue(BenchmarkSuite.Subject("train", network, Precision.BFloat16, threads), out var training)
                && found.TryGetValue(BenchmarkSuite.MatrixSubject(Precision.BFloat16, threads), out var matrix))
            {
                // Forward, gradient of the input, gradient of the weights: three products, two operations for each multiply-accumulate.
                double gigaOperations = 3 * 2 * multiplyAccumulates / 1e9;
                comparisons.Add(
                    new(Invariant($"training, {threads} thread(s), to the bound of the bf16 matrix rate"), training.RatioTo(matrix) * gigaOperations)
                );
            }
        }

        return comparisons;

        void Add(string text, string subject, string other)
        {
            if (found.TryGetValue(subject, out var one) && found.TryGetValue(other, out var two))
            {
                comparisons.Add(new(text, one.RatioTo(two)));
            }
        }

        Measurement? Best(params string[] subjects) => subjects.Select(s => found.GetValueOrDefault(s)).OfType<Measurement>().MaxBy(m => m.Median);
    }
}
