using Graft.Tests.Engine.Local;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.File("step.safetensors");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("one teacher", "one teacher", true)]
    [InlineData("one teacher", "another", false)]
    [InlineData("one teacher", "", false)]
    public void TryLoad_StateThatRestsOnSomethingElse_IsPassedOver(string saved, string now, bool isFound)
    {
        using var value = ones(2);
        Checkpoint(saved).Save([("value", value)], new Dictionary<string, string> { ["epoch"] = "3" });

        using var loaded = Checkpoint(now).TryLoad();

        Assert.Equal(isFound ? "3" : null, loaded?.Metadata["epoch"]);
    }

    [Fact]
    public void TryLoad_OfAVersionThatDidNotSayOnWhatItRests_IsFound()
    {
        using var value = ones(2);
        Graft.Runtime.AtomicFile.Write(
            Path, stream => Graft.Formats.SafeTensorsFile.Save(stream, [("value", value)], new Dictionary<string, string> { ["epoch"] = "3" }));

        using var loaded = Checkpoint("one teacher").TryLoad();

        Assert.Equal("3", loaded?.Metadata["epoch"]);
    }

    [Fact]
    public void Save_StepThatIsAnothersByNow_WritesNothing()
    {
        using var value = ones(2);
        var lost = new CheckpointFile(Path, TimeSpan.Zero, TimeProvider.System) { IsLost = () => true };

        Assert.Throws<OperationCanceledException>(() => lost.Save([("value", value)], new Dictionary<string, string>()));
        Assert.False(File.Exists(Path));
    }

    private CheckpointFile Checkpoint(string standsOn) => new(Path, TimeSpan.Zero, TimeProvider.System) { StandsOn = standsOn };
}
