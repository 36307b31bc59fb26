using Graft.Analysis;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// A network of an acceleration against Graft's own choice on the same test images. Two trained networks are compared, not how they were made: other seeds
/// might end otherwise.
/// </summary>
/// <param name="Test">McNemar's exact test; <see cref="McNemarTest.Won"/> are the images that the own choice gets wrong and this network right.</param>
/// <param name="CorrectedPValue">Its p-value, corrected for all networks, each once, that are held against the own choice (<b>Holm 1979</b>).</param>
public sealed record NetworkComparison(McNemarTest Test, double CorrectedPValue)
{
    private const double Alpha = 0.05;

    /// <summary>Whether the two networks are told apart: at most 5 % chance of even one such answer among networks that are equally accurate.</summary>
    internal bool IsToldApart => CorrectedPValue <= Alpha;

    /// <summary>Compares networks.</summary>
    /// <param name="own">The answers of Graft's own choice.</param>
    /// <param name="others">Those of the others; null for one that is not compared.</param>
    /// <returns>For each of the others, how it stands to the own choice; null likewise.</returns>
    internal static IReadOnlyList<NetworkComparison?> Of(TestOutcome own, IReadOnlyList<TestOutcome?> others)
    {
        McNemarTest?[] tests = [.. others.Select(other => other is null ? null : Compare(other, own))];
        double[] corrected = HolmCorrection.Adjust([.. tests.OfType<McNemarTest>().Select(t => t.PValue)]);
        int next = 0;
        return [.. tests.Select(test => test is null ? null : new NetworkComparison(test, corrected[next++]))];
    }

    private static McNemarTest Compare(TestOutcome network, TestOutcome own)
    {
        const int Seed = 1; // there is one of each
        var test = PairedDifferences.Between([new(Seed, network)], [new(Seed, own)]).Then(McNemarTest.Pooled);
        return test.Value ?? new(Won: 0, Lost: 0, PValue: 1);
    }
}
