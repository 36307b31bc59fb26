using Graft.Data;

namespace Graft.Tests.Data;

public sealed class ImageScalingTests
{
    private static readonly ImageScaling Own = new(Resize: 46, Crop: 40);

    [Theory]
    [InlineData(null, null, 40, 46)]
    [InlineData(40, null, 40, 46)]
    [InlineData(null, 40, 40, 40)]
    [InlineData(40, 52, 40, 52)]
    [InlineData(48, null, 48, null)]
    [InlineData(48, 60, 48, 60)]
    public void Complete_WhatOptionsLeaveOpen_IsAsTheFileSays(int? size, int? resize, int expectedSize, int? expectedResize)
    {
        var completed = ImageScaling.Complete(new() { Size = size, Resize = resize, Normalization = "none" }, Own);

        Assert.Equal(new() { Size = expectedSize, Resize = expectedResize, Normalization = "none" }, completed);
    }

    [Fact]
    public void Complete_NoOptions_IsTheFilesOwn() => Assert.Equal(new() { Size = 40, Resize = 46 }, ImageScaling.Complete(null, Own));

    [Fact]
    public void Complete_FileSaysNothing_IsWhatOptionsSay()
    {
        Assert.Null(ImageScaling.Complete(null, null));
        Assert.Equal(new() { Resize = 46 }, ImageScaling.Complete(new() { Resize = 46 }, null));
    }
}
