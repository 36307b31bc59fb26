namespace Graft.Tests;

public sealed class PlaceTests
{
    [Theory]
    [InlineData("3", 3, 3)]
    [InlineData("3-5", 3, 5)]
    [InlineData("12-12", 12, 12)]
    public void TryParse_Place_IsRead(string text, int first, int last)
    {
        Assert.True(Place.TryParse(text, out var place));
        Assert.Equal(new Place(first, last), place);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("5-3")]
    [InlineData("1-2-3")]
    [InlineData("3 - 5")]
    [InlineData("three")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(Place.TryParse(text, out _));

    [Fact]
    public void ToString_SingleAndRun_AreReadAgain()
    {
        Assert.Equal("3", new Place(3, 3).ToString());
        Assert.Equal("3-5", new Place(3, 5).ToString());
        Assert.Equal(3, new Place(3, 5).Length);
    }

    [Fact]
    public void Overlaps_SharedPosition_IsFound()
    {
        Assert.True(new Place(3, 5).Overlaps(5));
        Assert.False(new Place(3, 5).Overlaps(new Place(6, 7)));
        Assert.True(new Place(3, 5).Contains(4));
    }
}
