using CsCheck;
using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Tests.Fixtures;

namespace Graft.Tests.Analysis;

public sealed class CrossedTestTests
{
    // Sums in another order: 1e-9 relative is far above rounding and far below any mistake.
    private const double Tolerance = 1e-9;

    [Fact]
    public void Of_AnyNumberOfSeeds_AsScipy()
    {
        foreach (var (expected, differences) in Reference.Comparisons())
        {
            var test = CrossedTest.Of(differences).Value!;

            Assert.Equal(expected.Number("difference"), test.Difference, Tolerance);
            Assert.Equal(expected.Number("standardError"), test.StandardError, Tolerance);
            Assert.Equal(expected.Number("degreesOfFreedom"), test.Own.DegreesOfFreedom);
            Assert.Equal(expected.Number("pValue"), test.PValue, Tolerance);
            Assert.Equal(expected.Number("lower"), test.Lower, Tolerance);
            Assert.Equal(expected.Number("upper"), test.Upper, Tolerance);
            var equivalence = test.Equivalence(expected.Number("margin"));
            Assert.Equal(expected.Number("tost"), equivalence.PValue, Tolerance);
            Assert.Equal((expected.Number("lower90"), expected.Number("upper90")), (equivalence.Lower, equivalence.Upper), Close);
        }
    }

    [Fact]
    public void Of_CrossedDesign_HasTheMeanSquaresOfR()
    {
        double[] seeds = Reference.R.Numbers("seed"),
            images = Reference.R.Numbers("image"),
            values = Reference.R.Numbers("difference"),
            squares = Reference.R.Numbers("meanSquares");
        var differences = PairedDifferences.FromValues([
            .. Enumerable
                .Range(1, 4)
                .Select(s => Enumerable.Range(0, values.Length).Where(i => seeds[i] == s).OrderBy(i => images[i]).Select(i => values[i]).ToArray()),
        ]);

        var components = CrossedTest.Of(differences).Value!.Components!;

        Assert.Equal(squares[2], components.Rest, Tolerance);
        Assert.Equal(Math.Max(0, (squares[0] - squares[2]) / 25), components.Seed, Tolerance);
        Assert.Equal(Math.Max(0, (squares[1] - squares[2]) / 4), components.Image, Tolerance);
    }

    [Fact]
    public void Of_OneSeed_RestsOnImages()
    {
        var test = CrossedTest.Of(PairedDifferences.FromValues([1, 0, 0, -1, 1, 0])).Value!;

        Assert.Equal((TestBasis.Images, 1, 6, null), (test.Basis, test.Seeds, test.Images, test.Components));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Of_IdenticalAnswers_IsNotComputable(int seeds)
    {
        var test = CrossedTest.Of(PairedDifferences.FromValues([.. Enumerable.Range(0, seeds).Select(_ => new double[9])]));

        Assert.Equal("both are right on the same images: nothing varies", test.Reason);
    }

    [Fact]
    public void Of_SeedsWithTheSameAnswers_IsNotComputable()
    {
        double[] row = [1, 0, -1, 0, 1];

        Assert.Equal("the seeds gave the same answers, so that they count as one", CrossedTest.Of(PairedDifferences.FromValues(row, row)).Reason);
    }

    // Each seed wins one image and loses another: seeds do not vary, and images no more than the rest.
    [Fact]
    public void Of_TieOverSeeds_ShowsNothing()
    {
        double[] first = new double[40], second = new double[40];
        (first[3], first[7], second[11], second[20]) = (1, -1, 1, -1);

        var test = CrossedTest.Of(PairedDifferences.FromValues(first, second), new TrainingNoise(1e-4, 8)).Value!;

        Assert.Equal((0, 0), (test.Difference, test.Own.StandardError));
        Assert.Equal(new PValues(1, 1), test.PValues);
        Assert.Equal(VerdictKind.Undecided, ComparisonFamily.Judge([test], margin: 0.005).Single().Verdict.Kind);
    }

    [Fact]
    public void Of_OneImage_IsNotComputable() =>
        Assert.Equal("one test image says nothing about others", CrossedTest.Of(PairedDifferences.FromValues([1], [0])).Reason);

    [Fact]
    public void Interval_EndsAtWhatAccuraciesCanDifferBy_AndTheirDifferencesByTwiceAsMuch()
    {
        var gain = PairedDifferences.FromValues([1, 1, 1, 0], [0, 0, 1, 0]);
        var loss = PairedDifferences.FromValues([-1, -1, 0, 0], [0, -1, 0, -1]);

        Assert.Equal(1, CrossedTest.Of(gain).Value!.Interval(0.999, 0.999).Upper);
        Assert.Equal(2, CrossedTest.Of(gain.Minus(loss).Value!).Value!.Interval(0.999, 0.999).Upper);
    }

    [Fact]
    public void Of_AnyDifferences_IsFiniteAndIntervalAndTestAgree() =>
        Gen.Select(
            Gen.Select(Gen.Int[2, 5], Gen.Int[2, 40]).SelectMany((s, n) => Gen.Int[-1, 1].Select(x => (double)x).Array[n].Array[s]),
            Gen.Select(Gen.Double[1e-6, 0.1], Gen.Int[1, 40], (variance, freedom) => new TrainingNoise(variance, freedom)).Null()).ForAll(drawn =>
        {
            var (rows, noise) = drawn;
            var test = CrossedTest.Of(PairedDifferences.FromValues(rows), noise);
            if (test.HasValue)
            {
                Assert.InRange(test.Value.PValue, 0, 1);
                Assert.True(double.IsFinite(test.Value.Lower) && test.Value.Lower <= test.Value.Difference && test.Value.Upper >= test.Value.Difference);
                Assert.Equal(test.Value.PValue < 0.05, test.Value.Lower > 0 || test.Value.Upper < 0);
            }
        }, cases: 2000); // enough for ties over seeds, which are rare

    /// <summary>
    /// Null comparisons with training noise: the test keeps its level of 5 %, where tests of seeds alone or images alone raise several times as many false
    /// alarms.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_NullComparisons_KeepsItsLevel(int seeds)
    {
        const int Comparisons = 300;
        var random = new Random(8);
        var all = Enumerable.Range(0, Comparisons).Select(_ => NullComparison.Draw(random, seeds, images: 1500, seedDeviation: 0.012)).ToList();

        // 5 % and 2.4 times the standard error of a share of 300.
        Assert.InRange(all.Count(d => CrossedTest.Of(d).Value!.PValue < 0.05), 0, 0.08 * Comparisons);
        Assert.InRange(all.Count(d => McNemarTest.Pooled(d).Value!.PValue < 0.05), 0.10 * Comparisons, Comparisons);
    }

    [Fact]
    public void Of_PooledNoise_IsATestBesideTheOwn()
    {
        var differences = PairedDifferences.FromValues([1, 0, 0, -1, 1, 0], [0, 0, 1, -1, 1, 1], [1, 0, 0, 0, 0, 1]);
        var alone = CrossedTest.Of(differences).Value!;

        var quiet = CrossedTest.Of(differences, new TrainingNoise(1e-9, 40)).Value!;
        var noisy = CrossedTest.Of(differences, new TrainingNoise(1, 40)).Value!;

        Assert.Equal((alone.Own, alone.Own, alone.Own), (alone.Pooled, quiet.Own, noisy.Own));
        Assert.Equal(40, quiet.Pooled.DegreesOfFreedom);
        Assert.Equal(alone.Components!.Rest / (3 * 6), quiet.Pooled.Variance, Tolerance); // never below the rest
        Assert.Equal(2.0 / 3, noisy.Pooled.Variance, Tolerance); // two cells, three seeds
        Assert.Equal(Math.Max(quiet.PValues.Pooled, alone.PValue), quiet.PValue, Tolerance);
        Assert.True(noisy.PValue > alone.PValue && noisy.PValue == noisy.PValues.Pooled);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void VarianceBy_MeanOfCells_CountsEachByItsWeight(int cells)
    {
        TrialOutcome[] baseline = Trials(9);
        var mean = PairedDifferences.MeanOf([.. Enumerable.Range(0, cells).Select(c => PairedDifferences.Between(Trials(c), baseline).Value!)]).Value!;

        // The mean of cells minus the baseline.
        Assert.Equal(1 + (1.0 / cells), mean.VarianceBy(new(1, 10)), Tolerance);

        // A baseline noisier than the others counts with its own variance, a quieter one like the others.
        double own = baseline.Select(t => t.Outcome.CorrectCount / 50.0).ToArray() is [var a, var b] ? (a - b) * (a - b) / 2 : 0;
        Assert.NotEqual(0, own);
        Assert.Equal(own + (own / 2 / cells), mean.VarianceBy(new TrainingNoise(own / 2, 10).WithBaselines([baseline])), Tolerance);
        Assert.Equal((2 * own) + (2 * own / cells), mean.VarianceBy(new TrainingNoise(2 * own, 10).WithBaselines([baseline])), Tolerance);
    }

    [Fact]
    public void TrainingNoise_UnequalCells_WeighsByFreedom()
    {
        var noise = TrainingNoise.Pooled([[1, 3], [0, 1, 2], [7]]).Value!;

        Assert.Equal((((1 * 2.0) + (2 * 1.0)) / 3, 3), (noise.Variance, noise.DegreesOfFreedom));
        Assert.Equal("one seed says nothing about how much training varies", TrainingNoise.Pooled([[1], []]).Reason);
    }

    private static TrialOutcome[] Trials(int cell)
    {
        var random = new Random(cell);
        return
        [
            .. Enumerable
                .Range(1, 2)
                .Select(seed => new TrialOutcome(seed, TestOutcome.FromPredictions([.. Enumerable.Range(0, 50).Select(_ => random.Next(2))], new int[50]))),
        ];
    }

    private static bool Close((double, double) expected, (double, double) actual) =>
        Math.Abs(expected.Item1 - actual.Item1) < Tolerance && Math.Abs(expected.Item2 - actual.Item2) < Tolerance;
}
