namespace Graft.Cli.Tests;

public sealed class TrimmingWriterTests
{
    [Theory]
    [InlineData("a  b   \n", "a  b\n")]
    [InlineData("   \r\n  c", "\r\n  c")]
    [InlineData("  ", "")]
    public void Write_BlanksBeforeTheEndOfALine_AreLeftOut(string written, string expected)
    {
        using var output = new StringWriter();
        using var writer = new TrimmingWriter(output);

        writer.Write(written);

        Assert.Equal(expected, output.ToString());
    }

    [Fact]
    public void Write_InParts_IsAsAtOnce()
    {
        using var output = new StringWriter();
        using var writer = new TrimmingWriter(output);

        foreach (char part in "one  two  \n three ")
        {
            writer.Write(part);
        }

        Assert.Equal("one  two\n three", output.ToString());
    }
}
