using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using Graft.Tests.Engine.Local;
using Graft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class TrainerTests
{
    private const int Epochs = 2, BatchesPerEpoch = 3; // 36 images in batches of at most 16: three of 12

    private static readonly TrainingRecipe Recipe = new()
    {
        BatchSize = 16,
        LearningRate = 0.05,
        LabelSmoothing = 0.1,
        Augmentation = new() { CropPadding = 1, CutoutSize = 2 },
    };

    public TrainerTests() => set_num_threads(1);

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Run_SeparableClasses_LearnsThem(Precision precision)
    {
        using var network = NewNetwork(0, precision);
        var recipe = Recipe with { LabelSmoothing = 0, Augmentation = AugmentationOptions.None };

        var history = new Trainer(network, GeneratedData.ForTraining(), recipe, epochs: 12, seed: 1, new()).Run();

        Assert.InRange(history[^1].TrainingLoss, 0, 0.2); // guessing costs ln 4 = 1.39
        Assert.Equal(1, history[^1].HeldOutAccuracy);
    }

    [Theory]
    [InlineData(Precision.Float32, 1, new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(Precision.BFloat16, 1, new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(Precision.Float32, 2, new[] { 2, 3 })] // two threads wait for each other, long on a busy machine
    [InlineData(Precision.BFloat16, 2, new[] { 2, 3 })]
    public void Run_CancelledAfterAnyBatchAndResumed_EndsBitIdentical(Precision precision, int threads, int[] boundaries)
    {
        set_num_threads(threads);
        var uninterrupted = Train(precision, new());

        Assert.All(boundaries, batches =>
        {
            using var directory = new TemporaryDirectory();
            Assert.Throws<OperationCanceledException>(() => Train(precision, Context(directory, batches, out _)));

            var resumed = Train(precision, Context(directory, int.MaxValue, out var reports), seedOfValues: 99);

            Assert.Equal(uninterrupted, resumed);
            Assert.Equal((Epochs * BatchesPerEpoch) - batches, reports.All.Count); // no batch is done twice
        });
    }

    [Fact]
    public void Run_CancelledAfterEveryBatch_EndsBitIdentical()
    {
        using var directory = new TemporaryDirectory();
        var uninterrupted = Train(Precision.Float32, new());

        for (int i = 0; i < Epochs * BatchesPerEpoch; i++)
        {
            Assert.Throws<OperationCanceledException>(() => Train(Precision.Float32, Context(directory, 1, out _), seedOfValues: 1 + i));
        }

        Assert.Equal(uninterrupted, Train(Precision.Float32, Context(directory, int.MaxValue, out _), seedOfValues: 99));
    }

    [Fact]
    public void Run_CheckpointsThatAreAlwaysDue_ChangeNothing()
    {
        using var directory = new TemporaryDirectory();
        var context = new TrainingContext { Checkpoint = new(directory.File("checkpoint"), TimeSpan.Zero, TimeProvider.System) };

        Assert.Equal(Train(Precision.Float32, new()), Train(Precision.Float32, context));
    }

    [Fact]
    public void Run_CancelledWhileHeldOutImagesAreEvaluated_LosesNoBatch()
    {
        using var directory = new TemporaryDirectory();
        using var cancelled = new CancellationTokenSource();
        var context = Context(directory, int.MaxValue, out _) with { Cancellation = cancelled.Token };
        using var network = NewNetwork(1, Precision.Float32);
        network.OperationAt(network.Positions[0]).register_forward_hook((operation, _, output) =>
        {
            if (!operation.training)
            {
                cancelled.Cancel();
            }

            return output;
        });
        var data = ManyHeldOut();
        Assert.Throws<OperationCanceledException>(() => new Trainer(network, data, Recipe, 1, seed: 7, context).Run());

        using var again = NewNetwork(2, Precision.Float32);
        new Trainer(again, data, Recipe, 1, seed: 7, Context(directory, int.MaxValue, out var reports)).Run();

        Assert.Empty(reports.All);
    }

    [Fact]
    public void Run_AfterAResumption_TellsTheEpochsBeforeItToo()
    {
        using var directory = new TemporaryDirectory();
        Assert.Throws<OperationCanceledException>(() => Train(Precision.Float32, Context(directory, BatchesPerEpoch + 1, out _)));
        var told = new List<int>();

        Train(Precision.Float32, Context(directory, int.MaxValue, out _) with { EpochDone = epoch => told.Add(epoch.Epoch) });

        Assert.Equal([1, 2], told);
    }

    [Fact]
    public void Run_Progress_CountsImagesOfAllEpochs()
    {
        using var directory = new TemporaryDirectory();

        Train(Precision.Float32, Context(directory, int.MaxValue, out var reports));

        Assert.Equal([12, 24, 36, 48, 60, 72], reports.All.Select(r => r.Images));
        Assert.All(reports.All, r => Assert.Equal(72, r.TotalImages));
    }

    [Fact]
    public void Run_OtherSeed_GivesOtherWeights()
    {
        using var a = NewNetwork(0, Precision.Float32);
        using var b = NewNetwork(0, Precision.Float32);

        new Trainer(a, GeneratedData.ForTraining(), Recipe, 1, seed: 1, new()).Run();
        new Trainer(b, GeneratedData.ForTraining(), Recipe, 1, seed: 2, new()).Run();

        Assert.NotEqual(TensorHash.Of(a.NamedTensors()), TensorHash.Of(b.NamedTensors()));
    }

    [Fact]
    public void Run_NothingHeldOut_HasNoHeldOutAccuracy()
    {
        using var network = NewNetwork(0, Precision.Float32);
        var data = TrainingData.Create(GeneratedData.Create(), heldOut: 0, seed: 0);

        Assert.Null(Assert.Single(new Trainer(network, data, Recipe, 1, seed: 0, new()).Run()).HeldOutAccuracy);
    }

    [Fact]
    public void Run_LossNotFinite_SaysWhereAndWhatToDo()
    {
        using var network = NewNetwork(0, Precision.Float32);
        using (no_grad())
        {
            network.NamedTensors().First(t => t.Name == "fc.weight").Tensor.fill_(float.NaN);
        }

        var error = Assert.Throws<DivergedException>(() => new Trainer(network, GeneratedData.ForTraining(), Recipe, 1, seed: 0, new()).Run());

        Assert.Equal("training diverged: the loss is NaN in epoch 1, step 1; lower the learning rate (0.05).", error.Message);
    }

    [Fact]
    public void Run_ManySteps_KeepsTheNumberOfLiveTensorsLevel()
    {
        var live = new List<long>();
        using var reports = new Reports<TrainingProgress>(also: _ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount));
        using var network = NewNetwork(0, Precision.BFloat16);

        new Trainer(network, GeneratedData.ForTraining(), Recipe, 10, seed: 0, new() { Progress = reports }).Run();

        Assert.InRange(live[^1] - live[2], long.MinValue, 0);
    }

    private static Network NewNetwork(long seed, Precision precision)
    {
        var network = Network.Create("wrn-10-1", new ImageShape(3, 8, 8), classes: 4, seed);
        network.Precision = precision;
        return network;
    }

    private static TrainingData ManyHeldOut() => TrainingData.Create(GeneratedData.Create(train: 600), heldOut: 0.95, seed: 0);

    private static TrainingContext Context(TemporaryDirectory directory, int cancelAfter, out Reports<TrainingProgress> reports)
    {
        reports = new(cancelAfter);
        return new()
        {
            Checkpoint = new(directory.File("checkpoint.safetensors"), TimeSpan.FromHours(1), TimeProvider.System),
            Progress = reports,
            Cancellation = reports.Cancellation,
        };
    }

    // All that training decides: every bit of the network, and the history but for its times.
    private static string Train(Precision precision, TrainingContext context, long seedOfValues = 1)
    {
        using var network = NewNetwork(seedOfValues, precision);
        var history = new Trainer(network, GeneratedData.ForTraining(), Recipe, Epochs, seed: 7, context).Run();
        return string.Join('\n', history.Select(epoch => $"{epoch with { Seconds = 0 }}").Append(TensorHash.Of(network.NamedTensors())));
    }
}
