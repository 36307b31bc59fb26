using Graft.Operations;
using Graft.Operations.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Tests.Operations.Kernels;

public sealed class FusedBatchNormTests : IDisposable
{
    private const int Channels = 32;

    // bf16 has 8 bits of mantissa: a value v is stored within |v| / 256, and both sides are rounded once.
    private const double Relative = 1.0 / 256;

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(7);

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(ActivationKind.None)]
    [InlineData(ActivationKind.Relu)]
    [InlineData(ActivationKind.Relu6)]
    public void Run_Training_EqualsBatchNormInFp32(ActivationKind activation)
    {
        var (x, dy) = (Features(offset: 3), Features(offset: 0));
        var fused = Differentiate(Layer(), x, dy, (layer, input) => FusedBatchNorm.Run(layer, input, activation));
        var expected = Differentiate(Layer(), x.to(ScalarType.Float32), dy.to(ScalarType.Float32), (layer, input) => Activate(layer.call(input), activation));

        AssertClose(expected.Output, fused.Output, absolute: 0.02);
        AssertClose(expected.InputGradient, fused.InputGradient, absolute: 0.02);
        // A sum over 2,016 values, of which some at the activation's edge differ
        AssertClose(expected.Layer.weight!.grad!, fused.Layer.weight!.grad!, absolute: 0.5);
        AssertClose(expected.Layer.bias!.grad!, fused.Layer.bias!.grad!, absolute: 0.5);
    }

    [Theory]
    [InlineData(ScalarType.Float32, ActivationKind.Relu, false)] // behind a pooling
    [InlineData(ScalarType.Float32, ActivationKind.None, true)] // behind a fully connected layer
    [InlineData(ScalarType.BFloat16, ActivationKind.Silu, false)]
    public async Task BatchNorm_PartsOfABatchInReplicas_AreNormalisedAsTheWhole(ScalarType type, ActivationKind activation, bool flat)
    {
        var layers = TensorLayers.BFloat16;
        var x = randn(flat ? [12, Channels] : [12, Channels, 3, 3], generator: _random).to(type);
        using var group = new ReplicaGroup(2);
        var replicas = new[] { Layer(), Layer() };

        var whole = layers.BatchNorm(Layer(), x.to(ScalarType.Float32), new(activation));
        var parts = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Factory.StartNew(
            () =>
            {
                using var membership = group.Enter(i);
                return layers.BatchNorm(replicas[i], x.narrow(0, 6 * i, 6), new(activation)).to(ScalarType.Float32).MoveToOuterDisposeScope();
            },
            TaskCreationOptions.LongRunning)));

        AssertClose(whole, cat(parts), absolute: 0.03);
        Assert.All(parts, part => part.Dispose());
    }

    [Fact]
    public void Run_Training_UpdatesStatisticsAsBatchNormDoes()
    {
        var (fused, expected) = (Layer(), Layer());
        var x = Features(offset: 100); // the mean is far from 0: squares must not cancel

        FusedBatchNorm.Run(fused, x, ActivationKind.Relu);
        expected.call(x.to(ScalarType.Float32));

        Assert.True(fused.running_mean!.allclose(expected.running_mean!, rtol: 1e-5, atol: 1e-6));
        Assert.True(fused.running_var!.allclose(expected.running_var!, rtol: 1e-5, atol: 1e-6));
        Assert.Equal(1, fused.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void Run_Inference_NormalisesWithTheStoredStatistics()
    {
        var layer = Layer();
        using (no_grad())
        {
            layer.running_mean!.fill_(2);
            layer.running_var!.fill_(4);
        }

        layer.eval();
        var x = Features(offset: 1);
        using var _ = no_grad();

        AssertClose(Activate(layer.call(x.to(ScalarType.Float32)), ActivationKind.Relu), FusedBatchNorm.Run(layer, x, ActivationKind.Relu), absolute: 0.02);
    }

    [Fact]
    public void Run_OtherNumberOfThreads_GivesTheSameBits()
    {
        var (x, dy) = (Features(offset: 1, height: 128), Features(offset: 0, height: 128)); // several blocks of rows
        int before = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = Differentiate(Layer(), x, dy, (layer, input) => FusedBatchNorm.Run(layer, input, ActivationKind.Relu));
            set_num_threads(2);
            var two = Differentiate(Layer(), x, dy, (layer, input) => FusedBatchNorm.Run(layer, input, ActivationKind.Relu));

            Assert.True(one.Output.equal(two.Output).all().item<bool>());
            Assert.True(one.InputGradient.equal(two.InputGradient).all().item<bool>());
            Assert.True(one.Layer.weight!.grad!.equal(two.Layer.weight!.grad!).all().item<bool>());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void Run_ReplicasOnPartsOfABatch_GiveWhatTheWholeGives()
    {
        var (x, dy) = (Features(offset: 3), Features(offset: 0));
        var whole = Differentiate(Layer(), x, dy, (layer, input) => FusedBatchNorm.Run(layer, input, ActivationKind.Relu));
        using var group = new ReplicaGroup(2);
        var parts = new (Tensor Output, Tensor InputGradient, BatchNorm2d Layer)[2];

        var threads = new[] { (Start: 0, Count: 1), (Start: 1, Count: 2) }
            .Select(
                (part, replica) =>
                    new Thread(() =>
                    {
                        using var membership = group.Enter(replica);
                        parts[replica] = Differentiate(
                            Layer(),
                            x.narrow(0, part.Start, part.Count),
                            dy.narrow(0, part.Start, part.Count),
                            (layer, input) => FusedBatchNorm.Run(layer, input, ActivationKind.Relu)
                        );
                    })
            )
            .ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        // Statistics differ by rounding of double sums, so values differ where bf16 rounds the other way.
        AssertClose(whole.Output.to(ScalarType.Float32), cat([parts[0].Output, parts[1].Output]), absolute: 1e-3);
        AssertClose(whole.InputGradient.to(ScalarType.Float32), cat([parts[0].InputGradient, parts[1].InputGradient]), absolute: 1e-3);
        Assert.True(whole.Layer.weight!.grad!.allclose(parts[0].Layer.weight!.grad! + parts[1].Layer.weight!.grad!, rtol: 1e-4, atol: 1e-3));
        Assert.True(whole.Layer.bias!.grad!.allclose(parts[0].Layer.bias!.grad! + parts[1].Layer.bias!.grad!, rtol: 1e-4, atol: 1e-3));
        Assert.All(parts, part => Assert.True(whole.Layer.running_var!.allclose(part.Layer.running_var!, rtol: 1e-5, atol: 1e-6)));
    }

    [Fact]
    public void Run_ManySteps_LeaksNothing()
    {
        var layer = Layer();
        long live = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int step = 0; step < 5; step++)
        {
            using var scope = NewDisposeScope();
            FusedBatchNorm.Run(layer, Features(offset: 0).requires_grad_(true), ActivationKind.Relu).sum().backward();
            layer.zero_grad();
        }

        Assert.Equal(live, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void CanRun_WhatTheKernelDoesNotTake_IsLeftToLibtorch()
    {
        Assert.True(FusedBatchNorm.CanRun(Layer(), Features(offset: 0)));
        Assert.False(FusedBatchNorm.CanRun(Layer(), Features(offset: 0).to(ScalarType.Float32)));
        Assert.False(FusedBatchNorm.CanRun(nn.BatchNorm2d(12), zeros([1, 12, 2, 2], ScalarType.BFloat16)));
        var inference = Layer();
        inference.eval();
        Assert.False(FusedBatchNorm.CanRun(inference, Features(offset: 0))); // gradients through stored statistics
    }

    private static BatchNorm2d Layer()
    {
        using var _ = no_grad();
        var layer = nn.BatchNorm2d(Channels);
        layer.weight!.copy_(linspace(0.5, 1.5, Channels));
        layer.bias!.copy_(linspace(-0.5, 2.5, Channels));
        return layer;
    }

    // [N, C, H, W], channels last
    private Tensor Features(double offset, int height = 21) =>
        (randn([3, height, 32, Channels], generator: _random) * 2 + offset).to(ScalarType.BFloat16).permute(0, 3, 1, 2);

    private static Tensor Activate(Tensor x, ActivationKind activation) => activation switch
    {
        ActivationKind.Relu => nn.functional.relu(x),
        ActivationKind.Relu6 => nn.functional.relu6(x),
        _ => x,
    };

    private static (Tensor Output, Tensor InputGradient, BatchNorm2d Layer) Differentiate(
        BatchNorm2d layer, Tensor x, Tensor dy, Func<BatchNorm2d, Tensor, Tensor> run)
    {
        var input = x.detach().requires_grad_(true);
        var output = run(layer, input);
        output.backward([dy]);
        return (output.detach(), input.grad!, layer);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double absolute)
    {
        var difference = (expected - actual.to(ScalarType.Float32)).abs();
        var excess = difference - expected.abs() * Relative;

        // An input within rounding of the activation's edge may fall on the other side: one in a thousand values at the most.
        Assert.InRange((excess > absolute).to(ScalarType.Float32).mean().item<float>(), 0, 0.001f);
    }
}
