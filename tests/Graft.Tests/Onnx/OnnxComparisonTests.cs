using Graft.Onnx;
using static TorchSharp.torch;

namespace Graft.Tests.Onnx;

public sealed class OnnxComparisonTests
{
    [Theory]
    [InlineData(1, 1.00005f, 1.00004f, 1, 0)] // nearer to each other than 1e-4
    [InlineData(1, 1.0002f, 1.0001f, 1, 1)]
    [InlineData(1000, 1000.005f, 1000.005f, 1000, 0)] // nearer than 1e-5 of the largest
    [InlineData(1000, 1000.05f, 1000.05f, 1000, 1)]
    [InlineData(1, 2, 1, 2, 0)]
    public void And_OtherClass_CountsUnlessItIsANearTie(float expected0, float expected1, float actual0, float actual1, int differing)
    {
        using var scope = NewDisposeScope();
        // An image of which all is clear stands before it.
        var expected = tensor(new float[,] { { 3, 0, 0 }, { expected0, expected1, 0 } });
        var actual = tensor(new float[,] { { 3, 0, 0 }, { actual0, actual1, 0 } });

        var comparison = OnnxComparison.Nothing.And(expected, actual);

        Assert.Equal((2, differing), (comparison.Images, comparison.ClassesDiffering));
        Assert.Equal(differing, comparison.And(expected.narrow(0, 0, 1), actual.narrow(0, 0, 1)).ClassesDiffering);
    }

    [Fact]
    public void And_NearTieWithinTheTolerance_Agrees()
    {
        using var scope = NewDisposeScope();

        Assert.True(OnnxComparison.Nothing.And(tensor(new float[,] { { 1, 1.00005f } }), tensor(new float[,] { { 1.00004f, 1 } })).Agrees);
        Assert.False(OnnxComparison.Nothing.And(tensor(new float[,] { { 1, 2 } }), tensor(new float[,] { { 1, float.NaN } })).Agrees);
    }

    [Fact]
    public void And_MoreRounding_ForgivesMore()
    {
        using var scope = NewDisposeScope();
        Tensor expected = tensor(new float[,] { { 1000, 1000.05f } }), actual = tensor(new float[,] { { 1000.05f, 1000 } });

        Assert.Equal(0, OnnxComparison.Nothing.And(expected, actual, rounding: 1e-4).ClassesDiffering);
        Assert.Equal(1, OnnxComparison.Nothing.And(expected, actual).ClassesDiffering);
    }
}
