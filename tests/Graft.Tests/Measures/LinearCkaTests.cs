using Graft.Measures;
using static TorchSharp.torch;

namespace Graft.Tests.Measures;

public sealed class LinearCkaTests
{
    // Centred, y is (-4/3, -1/3, 5/3): (xᵀy)² / (xᵀx · yᵀy) = 9 / (2 · 42/9).
    [Fact]
    public void Of_OneFeature_IsTheSquaredCorrelation() =>
        Assert.Equal(27.0 / 28, LinearCka.Of(Column(-1, 0, 1), Column(-1, 0, 2)), tolerance: 1e-6);

    [Fact]
    public void Of_UncorrelatedFeatures_IsZero() => Assert.Equal(0, LinearCka.Of(Column(-1, 0, 1), Column(1, -2, 1)), tolerance: 1e-6);

    [Fact]
    public void Of_RotatedScaledAndShiftedFeatures_IsOne()
    {
        using var scope = NewDisposeScope();
        var x = randn([6, 2, 1, 1], generator: new Generator(1));
        var turned = cat([x[.., 1..2], -x[.., 0..1]], dim: 1) * 3 + 5;

        Assert.Equal(1, LinearCka.Of(x, turned), tolerance: 1e-6);
    }

    [Fact]
    public void Of_FeaturesThatAreTheSameForAllImages_IsNaN() => Assert.Equal(double.NaN, LinearCka.Of(Column(1, 1, 1), Column(-1, 0, 1)));

    // The mean of 256 equal numbers is not one of them.
    [Theory]
    [InlineData(0.1234f, 256)]
    [InlineData(-7.7e3f, 200)]
    [InlineData(0f, 8)]
    public void Of_AnyFeaturesThatAreTheSameForAllImages_IsNaN(float value, int images)
    {
        using var scope = NewDisposeScope();
        var same = full([images, 3], value) * tensor(new[] { 1f, 0.3f, -2.1f });
        var other = randn([images, 3], generator: new Generator(1));

        Assert.Equal(double.NaN, LinearCka.Of(same, other));
        Assert.Equal(double.NaN, LinearCka.Of(same, same));
        Assert.Equal(1, LinearCka.Of(other, other), tolerance: 1e-6);
    }

    private static Tensor Column(params float[] values) => tensor(values).reshape(-1, 1);
}
