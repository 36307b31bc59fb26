using Graft.Operations;
using Graft.Operations.Graphs;
using Graft.Operations.Kernels;
using Graft.Tests.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Tests.Operations.Kernels;

public sealed class DepthwiseConvolutionTests
{
    // Kernels larger than the image, strides that leave pixels out, padding that no pixel needs, odd sizes.
    [Theory]
    [InlineData(48, 3, 2, 1, 9)]
    [InlineData(96, 5, 1, 2, 7)]
    [InlineData(32, 5, 2, 2, 8)]
    [InlineData(16, 7, 1, 3, 4)]
    [InlineData(16, 5, 3, 2, 2)]
    [InlineData(32, 3, 2, 0, 8)]
    [InlineData(32, 3, 4, 0, 11)]
    [InlineData(16, 2, 2, 1, 6)]
    [InlineData(16, 1, 2, 0, 5)]
    [InlineData(144, 5, 1, 2, 1)]
    public void Convolution_AnyShape_IsThatInFp64ButForRounding(int channels, int kernel, int stride, int padding, int size)
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(channels, kernel, stride, padding, size, bias: kernel == 5);

        var y = TensorLayers.BFloat16.Convolution(layer, x);
        var dy = randn_like(y);
        y.backward([dy]);

        var (x64, w64, b64) = (Leaf(x), Leaf(layer.weight), layer.bias is { } bias ? Leaf(bias) : null);
        var y64 = nn.functional.conv2d(x64, w64, b64, [stride, stride], [padding, padding], null, channels);
        y64.backward([dy.to(ScalarType.Float64)]);
        Assert.Equal(ScalarType.BFloat16, y.dtype);
        AssertClose(y64, y, 1.0 / 64);
        AssertClose(x64.grad!, x.grad!, 1.0 / 64);
        AssertClose(w64.grad!, layer.weight.grad!, 1e-4);
        if (b64 is not null)
        {
            AssertClose(b64.grad!, layer.bias!.grad!, 1.0 / 32);
        }

        static Tensor Leaf(Tensor value) => value.detach().to(ScalarType.Float64).requires_grad_();
    }

    [Fact]
    public void Convolution_OneThreadOrTwo_SameBits()
    {
        using var scope = NewDisposeScope();
        int threads = get_num_threads();
        try
        {
            Assert.Equal(Bits(1), Bits(2));
        }
        finally
        {
            set_num_threads(threads);
        }

        static string Bits(int count)
        {
            set_num_threads(count);
            var (layer, x) = Case(channels: 32, kernel: 3, stride: 2, padding: 1, size: 9, bias: false);
            var y = TensorLayers.BFloat16.Convolution(layer, x);
            y.sum().backward();
            return TensorHash.Of([("y", y), ("dx", x.grad!), ("dw", layer.weight.grad!)]);
        }
    }

    [Fact]
    public void Convolution_InputThatLearnsNothing_GivesTheWeightsTheirGradient()
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(channels: 16, kernel: 5, stride: 1, padding: 2, size: 4, bias: false);
        var expected = Gradient(x);

        Assert.Equal(expected, Gradient(x.detach()));

        float[] Gradient(Tensor input)
        {
            layer.weight.grad = null;
            TensorLayers.BFloat16.Convolution(layer, input).sum().backward();
            return layer.weight.grad!.data<float>().ToArray();
        }
    }

    [Fact]
    public void Convolution_WithoutGradients_SameNumbers()
    {
        using var scope = NewDisposeScope();
        var (layer, x) = Case(channels: 16, kernel: 3, stride: 2, padding: 1, size: 8, bias: true);
        var expected = TensorLayers.BFloat16.Convolution(layer, x);

        using var _ = no_grad();

        Assert.True(TensorLayers.BFloat16.Convolution(layer, x).equal(expected).all().item<bool>());
    }

    private static (Conv2d Layer, Tensor Input) Case(int channels, int kernel, int stride, int padding, int size, bool bias)
    {
        using var layers = new LayerFactory(3);
        var layer = layers.Convolution(
            new ConvolutionLayer(channels, channels, kernel) { Stride = stride, Padding = padding, Groups = channels, Bias = bias });
        Assert.True(DepthwiseConvolution.CanRun(layer, zeros([1, channels, size, size])));
        var x = randn([5, size, size, channels], generator: new Generator(2)).permute(0, 3, 1, 2).to(ScalarType.BFloat16).requires_grad_();
        return (layer, x);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        double most = (expected - actual.to(ScalarType.Float64)).abs().max().item<double>(), scale = expected.abs().max().item<double>();
        Assert.True(most <= tolerance * scale, Invariant($"{most} off, of {scale}"));
    }
}
