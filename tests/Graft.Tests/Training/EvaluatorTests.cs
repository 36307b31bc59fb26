using Graft.Data;
using Graft.Networks;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class EvaluatorTests : IDisposable
{
    private static readonly ImageData Data = GeneratedData.Create(test: 260); // more than one batch

    private readonly Network _network = Network.Create("wrn-10-1", new ImageShape(3, 8, 8), classes: 4, seed: 3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Evaluate_AnyMode_RestoresIt(bool training)
    {
        _network.train(training);

        Evaluate();

        Assert.All(_network.modules(), module => Assert.Equal(training, module.training));
    }

    [Fact]
    public void Evaluate_Cancelled_RestoresTheMode()
    {
        _network.train();

        Assert.Throws<OperationCanceledException>(
            () => Evaluator.Evaluate(_network, Data.Test, Data.Normalization, null, CPU, new CancellationToken(canceled: true)));

        Assert.True(_network.training);
    }

    [Fact]
    public void Evaluate_LogitsThatAreNone_AreNamed()
    {
        using (no_grad())
        {
            _network.NamedTensors().Single(t => t.Name == "fc.bias").Tensor[2].fill_(float.PositiveInfinity);
        }

        Assert.Equal(
            "wrn-10-1 gives no scores: its logits hold infinity at [0, 2] (130 of 520 values are not finite), for images 0 and following.",
            Assert.Throws<DivergedException>(() => Evaluate()).Message);
    }

    [Theory]
    [InlineData(10, 100, "guessing the most frequent class gives 10.00 %; on 100 images, this is not clearly better.")]
    [InlineData(19, 100, "guessing the most frequent class gives 10.00 %; on 100 images, this is not clearly better.")]
    [InlineData(2, 100, "guessing the most frequent class gives 10.00 %; on 100 images, this is not clearly better.")]
    [InlineData(0, 100, "guessing the most frequent class gives 10.00 %, which is better.")]
    [InlineData(20, 100, null)]
    [InlineData(1100, 10000, null)]
    public void RemarkOn_TenEvenClasses_IsGuessingUpToThreeStandardErrors(int correct, int images, string? expected) =>
        Assert.Equal(
            expected, ChanceAccuracy.RemarkOn((double)correct / images, images, ChanceAccuracy.Of([.. Enumerable.Range(0, images).Select(i => i % 10)])));

    [Fact]
    public void Of_UnevenClasses_IsTheMostFrequent() => Assert.Equal(0.9, ChanceAccuracy.Of([.. Enumerable.Range(0, 100).Select(i => i < 90 ? 0 : 1)]));

    [Fact]
    public void Evaluate_Network_LeavesItBitEqual()
    {
        string before = TensorHash.Of(_network.NamedTensors());

        Evaluate();

        Assert.Equal(before, TensorHash.Of(_network.NamedTensors()));
    }

    [Fact]
    public void Evaluate_NetworkThatAlwaysAnswersOneClass_CountsThatClass()
    {
        using (no_grad())
        {
            _network.NamedTensors().Single(t => t.Name == "fc.weight").Tensor.zero_();
            _network.NamedTensors().Single(t => t.Name == "fc.bias").Tensor.copy_(tensor(new[] { 0f, 0f, 1f, 0f }));
        }

        var result = Evaluate();

        Assert.Equal(Enumerable.Repeat(2, 260), result.Predicted);
        Assert.Equal(65, result.Correct);
        Assert.Equal(0.25, result.Accuracy);
        // -log softmax of the logits (0, 0, 1, 0): a quarter of the images are of class 2.
        Assert.Equal(Math.Log(3 + Math.E) - 0.25, result.Loss, tolerance: 1e-5);
    }

    [Fact]
    public void Evaluate_Indices_AnswersThoseImagesInTheirOrder()
    {
        var all = Evaluate();
        int[] indices = [255, 3, 17, 3];

        var some = Evaluate(indices);

        Assert.Equal(indices.Select(i => all.Predicted[i]), some.Predicted);
        Assert.Equal(indices.Count(i => all.Predicted[i] == Data.Test.Labels[i]), some.Correct);
    }

    public void Dispose() => _network.Dispose();

    private EvaluationResult Evaluate(int[]? indices = null) =>
        Evaluator.Evaluate(_network, Data.Test, Data.Normalization, indices, CPU, TestContext.Current.CancellationToken);
}
