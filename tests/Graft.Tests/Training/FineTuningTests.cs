using Graft.Analysis;
using Graft.Data;
using Graft.Networks;
using Graft.Training;

namespace Graft.Tests.Training;

public sealed class FineTuningTests : IDisposable
{
    private static readonly TrainingData Data = TrainingData.Create(GeneratedData.Create(), heldOut: 0.4, seed: 0);

    private readonly Network _network = Network.Create("wrn-10-1", new ImageShape(3, 8, 8), classes: 4, seed: 1);

    public void Dispose() => _network.Dispose();

    [Fact]
    public void Run_TrainingThatHelps_KeepsTheTrainedNetwork()
    {
        string before = TensorHash.Of(_network.NamedTensors());

        var outcome = FineTuning.Run(_network, Data, new(), () => Train(0.05, epochs: 8));

        Assert.False(outcome.KeptWhatItWasGiven);
        Assert.True(outcome.HeldOutAfter > outcome.HeldOutBefore);
        Assert.Equal(8, outcome.History.Count);
        Assert.NotEqual(before, TensorHash.Of(_network.NamedTensors()));
    }

    [Fact]
    public void Run_TrainingThatHarms_GivesBackEveryBit()
    {
        Train(0.05, epochs: 8);
        string before = TensorHash.Of(_network.NamedTensors());

        var outcome = FineTuning.Run(_network, Data, new(), () =>
        {
            using var worse = Network.Create("wrn-10-1", new ImageShape(3, 8, 8), classes: 4, seed: 5);
            using var state = TorchSharp.torch.no_grad();
            foreach (var (from, to) in worse.NamedTensors().Zip(_network.NamedTensors()))
            {
                to.Tensor.copy_(from.Tensor);
            }

            return [];
        });

        Assert.True(outcome.KeptWhatItWasGiven);
        Assert.Equal(before, TensorHash.Of(_network.NamedTensors()));
    }

    [Fact]
    public void Run_NothingHeldOut_TrainsAndSaysNothing()
    {
        var outcome = FineTuning.Run(_network, TrainingData.Create(GeneratedData.Create(), heldOut: 0, seed: 0), new(), () => []);

        Assert.Equal((null, null, false), (outcome.HeldOutBefore, outcome.HeldOutAfter, outcome.KeptWhatItWasGiven));
    }

    // No better is not worse.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_TrainingThatChangesNoAnswer_StaysUnlessItIsToBeBetter(bool unlessBetter)
    {
        string before = TensorHash.Of(_network.NamedTensors());

        var outcome = FineTuning.Run(_network, Data, new(), ScaleLogits, unlessBetter);

        Assert.Equal(outcome.HeldOutBefore, outcome.HeldOutAfter);
        Assert.Equal(unlessBetter, outcome.KeptWhatItWasGiven);
        Assert.Equal(unlessBetter, before == TensorHash.Of(_network.NamedTensors()));
    }

    [Fact]
    public void Run_UnlessBetterAndNothingHeldOut_DoesNotTrain()
    {
        var data = TrainingData.Create(GeneratedData.Create(), heldOut: 0, seed: 0);

        var outcome = FineTuning.Run(_network, data, new(), () => throw new InvalidOperationException("It was trained."), unlessBetter: true);

        Assert.Equal((null, null, true), (outcome.HeldOutBefore, outcome.HeldOutAfter, outcome.KeptWhatItWasGiven));
    }

    [Fact]
    public void Search_SeveralRates_JudgesEachFromTheSameValuesAndRestoresThem()
    {
        string before = TensorHash.Of(_network.NamedTensors());

        var choice = LearningRateSearch.Run(_network, Data, [0.05, 1e-30], new(), (rate, _) =>
        {
            Assert.Equal(before, TensorHash.Of(_network.NamedTensors()));
            Train(rate, epochs: 8);
        });

        Assert.Equal([1e-30, 0.05], choice.Trials.Select(t => t.LearningRate));
        Assert.Equal(0.05, choice.LearningRate);
        Assert.Equal(before, TensorHash.Of(_network.NamedTensors()));
    }

    [Theory]
    [InlineData(0.9, 0.8, 0.7, 0.01)] // the standard error at 0.9 of 100 images is 0.03
    [InlineData(0.9, 0.88, 0.7, 0.02)]
    [InlineData(0.9, 0.88, 0.87, 0.05)]
    [InlineData(null, 0.5, null, 0.02)]
    public void Of_Accuracies_TakesTheHighestRateThatIsNoWorse(double? low, double? middle, double? high, double expected) =>
        Assert.Equal(expected, LearningRateChoice.Of([new(0.01, low), new(0.02, middle), new(0.05, high)], images: 100).LearningRate);

    [Fact]
    public void Of_AllDiverged_SaysWhich() => Assert.Equal(
        "training diverged with every learning rate that was tried (1, 2); try lower ones.",
        Assert.Throws<DivergedException>(() => LearningRateChoice.Of([new(1, null), new(2, null)], images: 100)).Message);

    // Twice the logits are the same classes.
    private IReadOnlyList<EpochResult> ScaleLogits()
    {
        using var _ = TorchSharp.torch.no_grad();
        var classifier = _network.NamedTensors().Where(t => t.Name.StartsWith("fc.", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, classifier.Count);
        classifier.ForEach(t => t.Tensor.mul_(2));

        return [];
    }

    private IReadOnlyList<EpochResult> Train(double rate, int epochs) =>
        new Trainer(_network, Data, new() { BatchSize = 8, LearningRate = rate, Augmentation = AugmentationOptions.None }, epochs, seed: 3, new()).Run();
}
