using Graft.Training;

namespace Graft.Tests.Training;

public sealed class ClassPermutationTests
{
    private const int Classes = 4, ImagesPerClass = 25;

    private static readonly int[] Labels = [.. Enumerable.Range(0, Classes * ImagesPerClass).Select(i => i % Classes)];

    [Theory]
    [InlineData(new[] { 1, 2, 3, 0 }, 0.0)]
    [InlineData(new[] { 0, 2, 1, 3 }, 0.2)] // two stay where they are, and a fifth of the answers is class 0
    public void Of_OtherOrder_FindsIt(int[] order, double wrong)
    {
        var answers = Labels.Select((label, i) => i % ImagesPerClass < wrong * ImagesPerClass ? 0 : order[label]).ToArray();

        var found = ClassPermutation.Of(answers, Labels, Classes);

        Assert.Equal(order, found?.Answers);
        Assert.Equal(answers.Zip(Labels).Count(p => p.First == order[p.Second]) / (double)Labels.Length, found!.Accuracy, 12);
    }

    [Fact]
    public void RequireNone_OtherOrder_RefusesToNameTheClasses()
    {
        var data = GeneratedData.Create();
        int classes = data.ClassNames.Count;
        int[] answers = [.. data.Test.Labels.Select(label => (label + 1) % classes)];

        var error = Assert.Throws<ConfigurationException>(() => ClassPermutation.RequireNone(answers, data, "x.onnx"));

        Assert.StartsWith(
            "x.onnx is not written, as it would name the classes wrongly: the network's classes are in another order than the data's: it answers most images of "
            + $"'{data.ClassNames[0]}', class 0 of the data, as class 1, and so on; mapped like this, 100.00 % are right.",
            error.Message,
            StringComparison.Ordinal);
        ClassPermutation.RequireNone(data.Test.Labels, data, "x.onnx");
    }

    [Fact]
    public void Of_OwnOrder_IsNone() => Assert.Null(ClassPermutation.Of(Labels, Labels, Classes));

    [Fact]
    public void Of_TwoClassesAnsweredAlike_IsNone() =>
        Assert.Null(ClassPermutation.Of([.. Labels.Select(label => new[] { 1, 2, 3, 3 }[label])], Labels, Classes));

    [Fact]
    public void Of_Guesses_IsNone()
    {
        var random = new Random(1);

        for (int trial = 0; trial < 1000; trial++)
        {
            Assert.Null(ClassPermutation.Of([.. Labels.Select(_ => random.Next(Classes))], Labels, Classes));
        }
    }
}
