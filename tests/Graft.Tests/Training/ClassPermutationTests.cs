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
            "x.onnx is not written, as it would name the classes wrongly: the network's classes are in another order than the data's: its answer 1 stands "
            + $"for '{data.ClassNames[0]}', class 0 of the data, and so on; mapped like this, 100.00 % are right.",
            error.Message,
            StringComparison.Ordinal);
        ClassPermutation.RequireNone(data.Test.Labels, data, "x.onnx");
    }

    [Fact]
    public void Of_OwnOrder_IsNone() => Assert.Null(ClassPermutation.Of(Labels, Labels, Classes));

    [Fact]
    public void Of_TwoClassesAnsweredAlike_IsNone() =>
        Assert.Null(ClassPermutation.Of([.. Labels.Select(label => new[] { 1, 2, 3, 3 }[label])], Labels, Classes));

    // Twelve images a class, two of which are mostly answered alike: no class has a most frequent answer of its own.
    [Fact]
    public void Of_OtherOrderWithAMostFrequentAnswerTwice_FindsIt()
    {
        const int Many = 10, Each = 12;
        int[] labels = [.. Enumerable.Range(0, Many * Each).Select(i => i / Each)];
        int[] answers = [.. labels.Select((label, i) => (label == 4 ? i % Each < 5 : i % Each < 8) ? (label + 3) % Many : label == 4 ? 1 : (label + 5) % Many)];

        var found = ClassPermutation.Of(answers, labels, Many);

        Assert.Equal(Enumerable.Range(0, Many).Select(label => (label + 3) % Many), found?.Answers);
        Assert.Equal((9 * 8 + 5) / 120.0, found!.Accuracy, 12);
    }

    // Two classes that are hard to tell apart are exchanged by a few images more: chance.
    [Fact]
    public void Of_TwoClassesExchangedByChance_IsNone() => Assert.Null(ClassPermutation.Of(
        [.. Labels.Select((label, i) => label >= 2 && i / Classes % 2 == 0 ? 5 - label : label)], Labels, Classes));

    [Fact]
    public void Of_OneImageAClass_IsNone() => Assert.Null(ClassPermutation.Of([1, 2, 3, 0], [0, 1, 2, 3], Classes));

    [Fact]
    public void Of_ThousandClasses_FindsTheOrder()
    {
        int[] labels = [.. Enumerable.Range(0, 20_000).Select(i => i % 1000)];

        Assert.Equal(0.75, ClassPermutation.Of([.. labels.Select((label, i) => i < 15_000 ? 999 - label : i * 7919 % 1000)], labels, 1000)!.Accuracy, 0.01);
    }

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
