using Graft.Networks;
using Graft.Operations;
using Graft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class NetworkTrainingTests : IDisposable
{
    private const int Images = 10; // shares of unequal size for three replicas

    public void Dispose() => set_num_threads(1);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Step_Replicas_TakeTheStepOfOneThreadButForRounding(int threads)
    {
        var one = Train(1, steps: 3);
        var many = Train(threads, steps: 3);

        // bf16 has 8 bits: a relative 2⁻⁸ for each feature map; losses average it over images and layers.
        Assert.Equal(one.Losses[0], many.Losses[0], 0.01);
        Assert.Equal(one.Losses[2], many.Losses[2], 0.02);
        foreach (var (name, values) in one.Values.Where(v => v.Key.EndsWith("weight", StringComparison.Ordinal) || v.Key.Contains("running")))
        {
            double difference = Math.Sqrt(values.Zip(many.Values[name], (a, b) => Math.Pow(a - b, 2)).Sum() / values.Sum(v => v * v));
            Assert.True(difference < 0.05, $"{name}: relative difference {difference}");
        }
    }

    [Fact]
    public void Step_TwoReplicasAgain_GivesTheSameBits()
    {
        var (first, second) = (Train(2, steps: 4), Train(2, steps: 4));

        Assert.Equal(first.Losses, second.Losses);
        Assert.All(first.Values, v => Assert.Equal(v.Value, second.Values[v.Key]));
    }

    [Fact]
    public void Step_ThreeReplicasAgain_GivesTheSameBits()
    {
        var (first, second) = (Train(3, steps: 4), Train(3, steps: 4));

        Assert.All(first.Values, v => Assert.Equal(v.Value, second.Values[v.Key]));
    }

    [Fact]
    public void Step_SwappedOperation_IsReplicatedToo()
    {
        var losses = new[] { 1, 2 }.Select(threads =>
        {
            set_num_threads(threads);
            using var network = NewNetwork();
            using var layers = new LayerFactory(5);
            foreach (int index in new[] { 2, 0, 2 }) // parameters are registered in this order, and in that of positions in a replica
            {
                network.Substitute(network.Positions[index], OperationCatalog.Default.Parse(index == 0 ? "residual(w=2,k=3)" : "conv-stack(w=2,k=3)"), layers);
            }

            using var training = new NetworkTraining(network, new() { WeightDecay = 0, LabelSmoothing = 0 }, CPU, Images);
            return Enumerable.Range(0, 3).Select(i => Step(training, i)).Last();
        }).ToList();

        Assert.Equal(losses[0], losses[1], 0.02);
    }

    [Fact]
    public void Step_NetworkThatChangesItsMode_TakesReplicasAlong()
    {
        set_num_threads(2);
        using var network = NewNetwork();
        network.eval();
        using var training = new NetworkTraining(network, new() { WeightDecay = 0, LabelSmoothing = 0 }, CPU, Images);
        network.train();

        double loss = Step(training, 0);

        Assert.Equal(Train(2, steps: 1).Losses[0], loss, 0.02);
    }

    [Fact]
    public void Step_ObjectiveOfItsOwn_CountsForEachImageOnce()
    {
        var losses = new[] { 1, 2, 3 }.Select(threads =>
        {
            set_num_threads(threads);
            using var network = NewNetwork();
            using var training = new NetworkTraining(network, new(), CPU, Images, new BrightnessObjective());
            return Step(training, 0);
        }).ToList();

        Assert.All(losses, loss => Assert.Equal(losses[0], loss, 0.01));
    }

    [Fact]
    public void Step_FrozenParameters_StayAsTheyAre()
    {
        set_num_threads(2);
        using var network = NewNetwork();
        network.OperationAt(network.Positions[1]).parameters().ToList().ForEach(p => p.requires_grad_(false));
        float[] before = Values(network)["block2.layer.0.conv1.weight"];
        using var training = new NetworkTraining(network, new() { WeightDecay = 5e-4, LabelSmoothing = 0 }, CPU, Images);

        Step(training, 1);

        Assert.Equal(before, Values(network)["block2.layer.0.conv1.weight"]);
    }

    [Fact]
    public void Step_ReplicaThatFails_EndsAllWithTheReason()
    {
        set_num_threads(2);
        using var network = NewNetwork();
        using var training = new NetworkTraining(network, new() { WeightDecay = 0, LabelSmoothing = 0 }, CPU, Images);
        using var images = randn(Images, 3, 8, 8);
        using var labels = full(Images, 7, ScalarType.Int64); // of 4 classes

        Assert.ThrowsAny<Exception>(() => training.Step(images, labels, 0.1));
        Assert.Equal(2, get_num_threads());
        Assert.Throws<ObjectDisposedException>(() => training.Step(images, labels, 0.1));
    }

    [Fact]
    public void Step_ManySteps_LeaveNoTensors()
    {
        set_num_threads(2);
        using var network = NewNetwork();
        using var training = new NetworkTraining(network, new() { WeightDecay = 0, LabelSmoothing = 0 }, CPU, Images);
        Step(training, 0);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (int i = 1; i < 20; i++)
        {
            Step(training, i);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static (List<double> Losses, Dictionary<string, float[]> Values) Train(int threads, int steps)
    {
        set_num_threads(threads);
        using var network = NewNetwork();
        using var training = new NetworkTraining(network, new() { WeightDecay = 5e-4, LabelSmoothing = 0.1 }, CPU, Images);
        var losses = Enumerable.Range(0, steps).Select(i => Step(training, i)).ToList();
        return (losses, Values(network));
    }

    private static Network NewNetwork()
    {
        var network = Network.Create("wrn-10-1", new(3, 8, 8), classes: 4, seed: 1);
        network.Precision = Precision.BFloat16;
        network.train();
        return network;
    }

    private static double Step(NetworkTraining training, int seed)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator((ulong)seed);
        var images = randn([Images, 8, 8, 3], generator: random).permute(0, 3, 1, 2);
        return training.Step(images, arange(Images, ScalarType.Int64).remainder_(4), 0.02).Loss;
    }

    private static Dictionary<string, float[]> Values(Network network)
    {
        using var scope = NewDisposeScope();
        return network.NamedTensors().ToDictionary(t => t.Name, t => t.Tensor.to(ScalarType.Float32).contiguous().data<float>().ToArray());
    }

    // Cross-entropy, and the mean of something that is another for every image.
    private sealed class BrightnessObjective : ITrainingObjective
    {
        public (Tensor Loss, Tensor Logits) Of(Network network, Tensor images, Tensor labels)
        {
            var (loss, logits) = new LabelObjective(0).Of(network, images, labels);
            return (loss + images.sum([1, 2, 3]).mean(), logits);
        }
    }
}
