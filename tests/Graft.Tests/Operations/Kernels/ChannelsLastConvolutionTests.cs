using Graft.Operations;
using Graft.Operations.Graphs;
using static TorchSharp.torch;

namespace Graft.Tests.Operations.Kernels;

public sealed class ChannelsLastConvolutionTests
{
    // Shapes that came out as noise before maps and weights were put in row-major order.
    [Theory]
    [InlineData(256, 512, 1, 2, 14, 1)]
    [InlineData(240, 40, 1, 1, 8, 1)]
    [InlineData(64, 208, 1, 1, 14, 1)]
    [InlineData(192, 208, 7, 1, 1, 1)]
    [InlineData(48, 72, 1, 1, 4, 2)]
    [InlineData(512, 512, 1, 1, 1, 1)]
    public void Convolution_OfAnyShape_IsThatInFp64(int inputs, int outputs, int kernel, int stride, int size, int groups)
    {
        using var scope = NewDisposeScope();
        using var layers = new LayerFactory(1);
        var layer = layers.Convolution(new ConvolutionLayer(inputs, outputs, kernel) { Stride = stride, Padding = kernel / 2, Groups = groups });
        var x = randn([3, size, size, inputs], generator: new Generator(2)).permute(0, 3, 1, 2).requires_grad_();

        var y = TensorLayers.Float32.Convolution(layer, x);
        y.square().sum().backward();

        var x64 = x.detach().@double().requires_grad_();
        var y64 = nn.functional.conv2d(x64, layer.weight.detach().@double(), null, [stride, stride], [kernel / 2, kernel / 2], null, groups);
        y64.square().sum().backward();
        Assert.True((y - y64).abs().max().item<double>() < 1e-4 * y64.abs().max().item<double>());
        Assert.True((x.grad! - x64.grad!).abs().max().item<double>() < 1e-4 * x64.grad!.abs().max().item<double>());
    }
}
