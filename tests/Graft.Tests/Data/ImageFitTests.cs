using Graft.Data;

namespace Graft.Tests.Data;

public sealed class ImageFitTests
{
    [Theory]
    [InlineData(3, 1, 32, "convert the images to grayscale", new[] { Setting.ImageChannels }, new[] { "1" })]
    [InlineData(1, 3, 32, "take the images in colour", new[] { Setting.ImageChannels }, new[] { "3" })]
    [InlineData(1, 3, 64, "take the images in colour and scale them", new[] { Setting.ImageChannels, Setting.ImageSize }, new[] { "3", "64" })]
    [InlineData(3, null, 64, "scale the images", new[] { Setting.ImageSize }, new[] { "64" })]
    [InlineData(3, 3, 32, null, new Setting[0], new string[0])]
    [InlineData(3, 4, 64, null, new Setting[0], new string[0])]
    public void Of_Photographs_SaysWhatMakesThemFit(int channels, int? wanted, int side, string? words, Setting[] settings, string[] values)
    {
        var fit = ImageFit.Of(new(channels, 32, 32), arePhotographs: true, wanted, side, side);

        Assert.Equal(words, fit.Words);
        Assert.Equal(settings.Zip(values, (setting, value) => new Remedy(setting, value)), fit.Remedies);
    }

    // Scaled to what it takes, they would be enlarged and cropped.
    [Theory]
    [InlineData(3, "take the images as they are stored")]
    [InlineData(1, "convert the images to grayscale and do not scale them")]
    public void Of_ImagesThatFitAsTheyAreStored_AreNotToBeScaled(int channels, string words)
    {
        var fit = ImageFit.Of(new(3, 48, 48), arePhotographs: true, channels, 32, 32, stored: new(3, 32, 32));

        Assert.Equal(words, fit.Words);
        Assert.Equal(new Remedy(Setting.ImagesAsStored), fit.Remedies[^1]);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1, 3)]
    public void Of_ImagesThatAreNoPhotographs_HaveTheirChannels(int channels, int wanted) =>
        Assert.Null(ImageFit.Of(new(channels, 32, 32), arePhotographs: false, wanted, height: null, width: null).Words);
}
