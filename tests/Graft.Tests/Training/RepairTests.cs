using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using Graft.Tests.Engine.Local;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class RepairTests : IDisposable
{
    private static readonly TrainingData Data = TrainingData.Create(GeneratedData.Create(train: 160), heldOut: 0.1, seed: 0);
    private static readonly RepairRecipe Recipe = new()
    {
        Images = 96,
        Epochs = 10,
        BatchSize = 16,
        LearningRate = 0.05,
        Augmentation = AugmentationOptions.None,
    };

    private readonly Network _teacher = Network.Create("resnet-14", new ImageShape(3, 8, 8), classes: 4, seed: 1);

    public RepairTests()
    {
        set_num_threads(1);
        new Trainer(_teacher, Data, new() { BatchSize = 16, LearningRate = 0.05, Augmentation = AugmentationOptions.None }, 6, seed: 3, new()).Run();
    }

    public void Dispose() => _teacher.Dispose();

    [Fact]
    public void Run_RemovedBlocks_BringsTheAnswersBackWithoutLabels()
    {
        using var network = Student();
        double before = Divergence(network);
        string teacher = TensorHash.Of(_teacher.NamedTensors());

        var history = Repair.Run(network, _teacher, Data, Recipe, seed: 5, new());

        Assert.Equal(10, history.Count);
        Assert.InRange(Divergence(network), 0, 0.5 * before);
        Assert.Equal(teacher, TensorHash.Of(_teacher.NamedTensors()));
    }

    [Fact]
    public void Run_OtherLabels_ChangesNoBit()
    {
        var data = GeneratedData.Create(train: 160);
        var others = data with
        {
            Train = new ImageSet(
                data.Train.Shape,
                [.. Enumerable.Range(0, data.Train.Count).SelectMany(i => data.Train[i].ToArray())],
                [.. data.Train.Labels.Select(l => (l + 1) % 4)]
            ),
        };
        using var one = Student();
        using var two = Student();

        Repair.Run(one, _teacher, Data, Recipe with { Epochs = 1 }, seed: 5, new());
        Repair.Run(two, _teacher, Data with { Data = others }, Recipe with { Epochs = 1 }, seed: 5, new());

        Assert.Equal(TensorHash.Of(one.NamedTensors()), TensorHash.Of(two.NamedTensors()));
    }

    [Fact]
    public void Run_CancelledAndResumed_EndsBitIdentical()
    {
        using var directory = new TemporaryDirectory();
        using var whole = Student();
        Repair.Run(whole, _teacher, Data, Recipe with { Epochs = 2 }, seed: 5, new());
        using var network = Student();
        using var reports = new Reports<TrainingProgress>(cancelAfter: 8);
        var context = new TrainingContext { Checkpoint = new(directory.File("checkpoint.safetensors"), TimeSpan.FromHours(1), TimeProvider.System) };

        Assert.Throws<OperationCanceledException>(() =>
            Repair.Run(network, _teacher, Data, Recipe with { Epochs = 2 }, seed: 5, context with { Progress = reports, Cancellation = reports.Cancellation })
        );
        using var resumed = Student();
        Repair.Run(resumed, _teacher, Data, Recipe with { Epochs = 2 }, seed: 5, context);

        Assert.Equal(TensorHash.Of(whole.NamedTensors()), TensorHash.Of(resumed.NamedTensors()));
    }

    [Fact]
    public void Faults_WrongValues_SaysAllOfThem() =>
        Assert.Equal(
            [
                "repair.images is 0; it must be at least 1.",
                "repair.learningRate is -1; it must be above 0, up to 100.",
                "repair.featureWeight is -2; it must be from 0 (logits alone) to 1000.",
            ],
            new RepairRecipe
            {
                Images = 0,
                LearningRate = -1,
                FeatureWeight = -2,
            }.Faults("repair")
        );

    // The teacher's values, two of its blocks gone.
    private Network Student()
    {
        var network = Network.Create("resnet-14", new ImageShape(3, 8, 8), classes: 4, seed: 1);
        using var _ = no_grad();
        foreach (var (from, to) in _teacher.NamedTensors().Zip(network.NamedTensors()))
        {
            to.Tensor.copy_(from.Tensor);
        }

        using var layers = new LayerFactory(0);
        network.Substitute(network.Positions[1], OperationCatalog.Default.Parse("identity"), layers);
        network.Substitute(network.Positions[3], OperationCatalog.Default.Parse("identity"), layers);
        return network;
    }

    private double Divergence(Network network)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        network.eval();
        _teacher.eval();
        var images = cat([.. BatchLoader.InOrder(Data.Data.Test, Data.Data.Normalization, null, 24).Select(b => b.Images)]);
        var p = nn.functional.log_softmax(_teacher.call(images), 1);
        return (p.exp() * (p - nn.functional.log_softmax(network.call(images), 1))).sum(1).mean().item<float>();
    }
}
