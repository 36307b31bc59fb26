using Graft.Data;
using Graft.Networks;
using Graft.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class FlatParametersTests : IDisposable
{
    private readonly Network _network = Network.Create("wrn-10-1", new ImageShape(3, 8, 8), classes: 4, seed: 5);

    private List<Parameter> Parameters => [.. _network.parameters()];

    [Fact]
    public void Constructor_Network_KeepsEveryValueAndStride()
    {
        string before = TensorHash.Of(_network.NamedTensors());
        var strides = Parameters.ConvertAll(p => p.stride());

        using var flat = new FlatParameters(Parameters);

        Assert.Equal(before, TensorHash.Of(_network.NamedTensors()));
        Assert.Equal(strides, Parameters.ConvertAll(p => p.stride()));
    }

    [Fact]
    public void Constructor_ConvolutionsInRowMajorOrder_BecomeChannelsLast()
    {
        using var convolution = nn.Conv2d(3, 5, 3, bias: false);
        var values = convolution.weight.detach().clone();

        using var flat = new FlatParameters([convolution.weight]);

        Assert.Equal([27, 1, 9, 3], convolution.weight.stride()); // [C', C, k, k] that lies as [C', k, k, C]
        Assert.True(values.equal(convolution.weight).all().item<bool>());
    }

    [Fact]
    public void Constructor_Network_LaysEveryParameterOnACacheLine()
    {
        using var flat = new FlatParameters(Parameters);

        Assert.All(Parameters, p => Assert.Equal(0, p.storage_offset() % 16));
    }

    [Fact]
    public void Values_ChangedInPlace_ChangeTheParameters()
    {
        using var flat = new FlatParameters(Parameters);

        flat.Values.fill_(2);

        Assert.All(Parameters, p => Assert.Equal(2.0 * p.numel(), p.sum().item<float>()));
    }

    [Fact]
    public void Gradients_AfterTwoBackwardPasses_AreTheirSum()
    {
        using var flat = new FlatParameters(Parameters);

        Backward();
        using var once = flat.Gradients.clone();
        Backward();

        Assert.True(once.abs().sum().item<float>() > 0);
        Assert.Equal(Parameters.Sum(p => p.grad!.abs().sum().item<float>()), flat.Gradients.abs().sum().item<float>(), tolerance: 1e-2);
        Assert.True((flat.Gradients - (2 * once)).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void Dispose_AfterAChange_LeavesValuesAndNoGradients()
    {
        string changed;
        using (var flat = new FlatParameters(Parameters))
        {
            Backward();
            flat.Values.mul_(0.5);
            changed = TensorHash.Of(_network.NamedTensors());
        }

        Assert.Equal(changed, TensorHash.Of(_network.NamedTensors()));
        Assert.All(Parameters, p => Assert.Null(p.grad));
    }

    [Fact]
    public void Constructor_NoParameters_IsEmpty()
    {
        using var flat = new FlatParameters([]);

        Assert.Equal(0, flat.Values.numel());
    }

    public void Dispose() => _network.Dispose();

    // In evaluation mode, where a pass leaves no trace in the batch statistics: both passes give the same gradients.
    private void Backward()
    {
        using var scope = NewDisposeScope();
        _network.eval();
        _network.call(ones(2, 3, 8, 8)).square().sum().backward();
    }
}
