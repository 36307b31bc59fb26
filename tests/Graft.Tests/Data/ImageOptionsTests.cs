using System.Text.Json;
using Graft.Data;

namespace Graft.Tests.Data;

public sealed class ImageOptionsTests
{
    [Fact]
    public void Faults_WrongValues_AreAllNamed() => Assert.Equal(
        [
            "images.size is 4; it must be from 8 to 4096 pixels.",
            "images.resize is 3; it must be from images.size (4) to 8192 pixels.",
            "images.normalization: the normalisation 'cifar' is not known. Did you mean 'cifar10'? "
                + "Or give means and deviations, e.g. 0.485,0.456,0.406/0.229,0.224,0.225.",
        ],
        new ImageOptions { Size = 4, Resize = 3, Normalization = "cifar" }.Faults("images"));

    [Fact]
    public void Faults_ResizeAlone_IsNamed() => Assert.Equal(
        ["images.resize is 40, but images.size is not set; give the size of the network's images too."], new ImageOptions { Resize = 40 }.Faults("images"));

    [Fact]
    public void ShorterSide_Unset_TheUsual256For224() => Assert.Equal(256, new ImageOptions { Size = 224 }.ShorterSide);

    [Fact]
    public void Json_Defaults_AreNotWritten()
    {
        Assert.Equal("{}", JsonSerializer.Serialize(new ImageOptions()));

        // Keys of stored results depend on it.
        Assert.DoesNotContain("RandomResizedCrop", JsonSerializer.Serialize(new AugmentationOptions()), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NormalizationOfTheDataItself_ChangesNothing()
    {
        using var directory = new TemporaryDirectory();
        var own = DataSource.Load("fashion-mnist-mini", directory.Options, TestContext.Current.CancellationToken);

        var same = Load("fashion-mnist");
        var other = Load("0.5/0.5");

        Assert.Equal(own.Fingerprint, same.Fingerprint);
        Assert.NotEqual(own.Fingerprint, other.Fingerprint);
        Assert.Equal(new Normalization([0.5f], [0.5f]), other.Normalization);
        Assert.Contains("images of 1x32x32 need 1 each", Assert.Throws<ConfigurationException>(() => Load("imagenet")).Message);

        ImageData Load(string normalization) => DataSource.Load(
            "fashion-mnist-mini", directory.Options with { Images = new() { Normalization = normalization } }, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1L)]
    public void Load_KnownDataScaled_InMemoryOrNot(long? limit)
    {
        using var directory = new TemporaryDirectory();

        var data = DataSource.Load(
            "fashion-mnist-mini",
            directory.Options with { MemoryLimit = limit, Images = new() { Size = 16, Resize = 16 } },
            TestContext.Current.CancellationToken);

        Assert.Equal(new ImageShape(1, 16, 16), data.Train.Shape);
        Assert.Equal(limit is null, data.Train.IsInMemory);
        Assert.Equal(32, data.Train.ReadStored(0).Shape.Width);
    }
}
