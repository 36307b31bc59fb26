using Graft.Data;

namespace Graft.Tests.Data;

public sealed class NormalizationTests
{
    [Fact]
    public void Parse_Preset_GivesItsNumbers()
    {
        Assert.Equal(new Normalization([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]), Normalization.Parse("ImageNet"));
        Assert.Equal(DataCatalog.Get("cifar10").Normalization, Normalization.Parse("cifar10"));
        Assert.Equal(new Normalization([0, 0, 0], [1, 1, 1]), Normalization.Parse("none"));
        Assert.Equal(new Normalization([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]), Normalization.Parse("pixels"));
    }

    [Theory]
    [InlineData("imagenet")]
    [InlineData("mnist")]
    [InlineData("pixels")]
    public void ToString_Parsed_GivesEveryBitBack(string preset)
    {
        var normalization = Normalization.Parse(preset);

        Assert.Equal(normalization, Normalization.Parse(normalization.ToString()));
    }

    [Theory]
    [InlineData("pixels", "pixels as they are stored, 0–255 ('pixels')")]
    [InlineData("0/0.003921569", "pixels as they are stored, 0–255")]
    [InlineData("none", "pixels from 0 to 1, not normalised ('none')")]
    [InlineData("0/1", "pixels from 0 to 1, not normalised")]
    [InlineData("0.5/0.25", "pixels normalised by 0.5/0.25")]
    public void Words_WhatNobodyKnowsBySight_IsNamed(string text, string expected) => Assert.Equal(expected, Normalization.Parse(text).Words);

    [Theory]
    [InlineData("imagnet", "the normalisation 'imagnet' is not known. Did you mean 'imagenet'? Or give means and deviations, e.g. ")]
    [InlineData("0.5,0.5/0.2", "the normalisation '0.5,0.5/0.2' is not understood; give means and deviations above 0, as many of each, e.g. ")]
    [InlineData("0.5,0.5/0,1", "the normalisation '0.5,0.5/0,1' is not understood; give means and deviations above 0, as many of each, e.g. ")]
    [InlineData("0.5,NaN/1,1", "the normalisation '0.5,NaN/1,1' is not understood; give means and deviations above 0, as many of each, e.g. ")]
    public void Parse_Wrong_SaysWhatIsExpected(string text, string message) =>
        Assert.Equal($"{message}0.485,0.456,0.406/0.229,0.224,0.225.", Assert.Throws<ConfigurationException>(() => Normalization.Parse(text)).Message);
}
