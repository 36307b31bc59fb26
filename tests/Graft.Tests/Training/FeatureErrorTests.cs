using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class FeatureErrorTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Of_ChannelsLastMaps_AreTheMeansAndTheGradientLiesAsTheMapsDo()
    {
        var random = new Generator(3);
        Tensor Maps() => randn([2, 5, 6, 4], generator: random).permute(0, 3, 1, 2); // [N, C, H, W], channels last
        var answer = Maps().requires_grad_();
        var target = Maps();

        var (error, power) = FeatureError.Of(answer, target);
        (error / power).backward();

        var difference = (answer - target).detach();
        Assert.Equal((difference * difference).mean().item<float>(), error.item<float>(), 1e-6);
        Assert.Equal((target * target).mean().item<float>(), power.item<float>(), 1e-6);
        Assert.Equal(answer.stride(), answer.grad!.stride());
        Assert.True(answer.grad.allclose(difference * 2 / (difference.numel() * power), 1e-5, 1e-8));
    }

    [Fact]
    public void Of_RowsBehindAFullyConnectedLayer_AreTheMeans()
    {
        var (error, power) = FeatureError.Of(tensor(new float[,] { { 1, 2 }, { 3, 4 } }), tensor(new float[,] { { 1, 0 }, { 3, 0 } }));

        Assert.Equal((5f, 2.5f), (error.item<float>(), power.item<float>()));
    }
}
