using CsCheck;
using Graft.Analysis;
using Graft.Tests.Fixtures;

namespace Graft.Tests.Analysis;

public sealed class ErrorEstimateTests
{
    [Fact]
    public void Tail_AnyEstimate_InvertsTheInterval() =>
        Gen.Select(Gen.Double[0.001, 2], Gen.Double[1, 200], Gen.Double[0, 2], Gen.Double[0.5, 0.9999]).ForAll(drawn =>
        {
            var (variance, freedom, known, level) = drawn;
            var error = new ErrorEstimate(variance, freedom, known);

            Assert.Equal((1 - level) / 2, error.Tail(error.HalfWidth(level)), 1e-9);
            Assert.Equal((1 + level) / 2, error.Tail(-error.HalfWidth(level)), 1e-9);
        }, cases: 200);

    [Fact]
    public void HalfWidth_OnePartOnly_IsThatOfStudentOrOfTheNormalDistribution()
    {
        Assert.Equal(12.706, new ErrorEstimate(1, 1, 0).HalfWidth(0.95), 0.001); // tables of t
        Assert.Equal(1.95996, new ErrorEstimate(0, 1, 1).HalfWidth(0.95), 0.00001);
        Assert.Equal(0.025, new ErrorEstimate(0, 1, 1).Tail(1.95996), 0.00001);
        Assert.Equal(1.95996, new ErrorEstimate(1, 1e12, 0).HalfWidth(0.95), 0.00001);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void Tail_OfNoDistance_IsOneHalf(double variance, double known) => Assert.Equal(0.5, new ErrorEstimate(variance, 1, known).Tail(0));

    [Fact]
    public void Correct_OwnTest_IsAskedForAtItsOwnLevel() => Assert.Equal(
        [0.002, 0.05, 1, 0.9],
        PValues.Correct([new(0.0005, 0.0001), new(0.001, 0.02), new(0.001, 0.5), new(0.9, 0.001)], alpha: 0.05),
        (a, b) => Math.Abs(a - b) < 1e-12);
}
