using Graft.Report.Heat;

namespace Graft.Report.Tests.Heat;

public sealed class RgbTests
{
    [Fact]
    public void Contrast_BlackOnWhite_Is21()
    {
        Assert.Equal(21, Rgb.Contrast(new Rgb(0, 0, 0), new Rgb(255, 255, 255)), 1e-9);
    }

    [Fact]
    public void Contrast_Grey777OnWhite_IsJustBelowTheLimitForText()
    {
        Assert.Equal(4.48, Rgb.Contrast(new Rgb(0x77, 0x77, 0x77), new Rgb(255, 255, 255)), 5e-3); // a well-known example of WCAG checkers
    }

    [Fact]
    public void Mix_Halfway_IsTheMiddle()
    {
        Assert.Equal("#408020", Rgb.Mix(new Rgb(0, 0, 0), new Rgb(128, 255, 64), 0.5).Hex);
    }
}
