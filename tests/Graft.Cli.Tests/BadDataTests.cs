using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests;

public sealed class BadDataTests
{
    [Fact]
    public async Task Study_OneClass_SaysHowManyAreNeeded()
    {
        Playground.WriteImages("one-class", classes: 1, train: 2, test: 2, size: 8);

        await AssertFails("study --data one-class", "one-class: 1 class, expected at least 2.");
    }

    [Theory]
    [InlineData(18)]
    [InlineData(4)]
    public async Task Study_ImagesOfASizeThatCannotBeHalved_SaysWhichCan(int size)
    {
        Playground.WriteImages($"size{size}", classes: 2, train: 2, test: 2, size);

        await AssertFails(
            $"study --data size{size} --dry-run",
            $"wrn-16-2 halves images twice: 3x{size}x{size} is not possible, height and width must be multiples of 4 from 8 up.");
    }

    [Fact]
    public async Task Verify_EmptyDirectory_SaysWhatIsExpected()
    {
        Directory.CreateDirectory("empty");

        await AssertFails(
            "data verify empty",
            "empty: the directory is empty.");
    }

    [Fact]
    public async Task Verify_DamagedImage_NamesIt()
    {
        Playground.WriteImages("damaged", classes: 2, train: 2, test: 2, size: 8);
        await File.WriteAllTextAsync("damaged/train/class1/1.png", "no image", TestContext.Current.CancellationToken);

        await AssertFails(
            "data verify damaged",
            "damaged/train/class1/1.png: not an image of a known format (.png, .jpg, .jpeg, .jpe, .jfif, .webp, .bmp or .gif); replace or remove it."
        );
    }

    [Fact]
    public async Task Verify_LabelOutOfRange_NamesImageAndLabel()
    {
        Directory.CreateDirectory("cifar");
        byte[] batch = new byte[10_000 * 3073];
        for (int i = 1; i <= 5; i++)
        {
            await File.WriteAllBytesAsync($"cifar/data_batch_{i}.bin", batch, TestContext.Current.CancellationToken);
        }

        batch[3 * 3073] = 77;
        await File.WriteAllBytesAsync("cifar/test_batch.bin", batch, TestContext.Current.CancellationToken);

        var result = await InProcess.RunAsync("data verify cifar");

        Assert.Equal(2, result.Code);
        Assert.Matches("^error: .*test_batch.bin.*77.*", result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("no weights at all", "not a file of weights but a text file.")]
    [InlineData("", "not a file of weights but an empty file")]
    public async Task Evaluate_FileIsNoWeights_SaysSo(string content, string expected)
    {
        string path = $"{Guid.NewGuid():N}.safetensors";
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);

        var result = await InProcess.RunAsync($"evaluate {path} --data images");

        Assert.Equal(2, result.Code);
        Assert.StartsWith($"error: {path}: {expected}", result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Study_TeacherIsNoWeights_FailsBeforeAnythingIsStored()
    {
        await File.WriteAllTextAsync("words.safetensors", "no weights at all", TestContext.Current.CancellationToken);

        var result = await InProcess.RunAsync("study --plan plan.yaml --teacher words.safetensors --workspace unborn");

        Assert.Equal((2, ""), (result.Code, result.Output));
        string last = result.Error.TrimEnd().Split('\n')[^1]; // images may be decoded first
        Assert.StartsWith("error: words.safetensors: not a file of weights but a text file.", last);
        Assert.False(Directory.Exists("unborn"));
    }

    [Fact]
    public async Task Study_TeacherOfAnotherNetworkThanThePlanSays_IsRefused()
    {
        using (var other = Networks.Network.Create("wrn-16-1", new(3, 16, 16), classes: 3))
        {
            Networks.NetworkWeights.Save(other, new([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]), "other.safetensors");
        }

        await File.WriteAllTextAsync("own-network.yaml", "network: wrn-10-1\ndata: images\npositions: [3]", TestContext.Current.CancellationToken);

        var result = await InProcess.RunAsync("study --plan own-network.yaml --teacher other.safetensors --dry-run --workspace unborn");

        Assert.Equal(2, result.Code);
        Assert.Contains("other.safetensors does not fit wrn-10-1: it has ", result.Error, StringComparison.Ordinal);
    }

    private static async Task AssertFails(string line, string expected)
    {
        var result = await InProcess.RunAsync(line);

        Assert.Equal($"error: {expected}", result.Error.TrimEnd().Split('\n')[^1].Replace(Environment.CurrentDirectory, "<here>"));
        Assert.Equal((2, ""), (result.Code, result.Output));
    }
}
