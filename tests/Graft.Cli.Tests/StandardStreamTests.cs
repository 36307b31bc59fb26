using System.Text;

namespace Graft.Cli.Tests;

/// <summary>Outputs that cannot be written: results are missed, messages are not.</summary>
public sealed class StandardStreamTests
{
    [Theory]
    [InlineData(28, "the disk that holds standard output is full. Free space on it and run again: what was finished is kept.")]
    [InlineData(5, "standard output cannot be used: The device fails. Check that the path is right and the disk is there.")]
    public async Task Run_OutputCannotBeWritten_SaysThatItIsTheOutput(int code, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The codes are those of Linux.");
        using var output = new StandardStream(new Failing(new IOException("The device fails.", code)), required: true);
        using var error = new StringWriter();

        Assert.Equal(1, await new GraftApp(output, error).RunAsync(["catalog", "networks"]));
        Assert.Equal($"error: {expected}\n", error.ToString());
    }

    [Theory]
    [InlineData("catalog networks")]
    [InlineData("catalog networks --json")]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("completions bash")]
    public async Task Run_OutputIsClosed_SaysSo(string line)
    {
        using var output = new StandardStream(new Failing(new UnauthorizedAccessException("Access to the path is denied.")), required: true);
        using var error = new StringWriter();

        Assert.Equal(1, await new GraftApp(output, error).RunAsync(line.Split(' ')));
        Assert.Equal("error: standard output is closed or cannot be written. Send it to a file, or to /dev/null.\n", error.ToString());
    }

    [Fact]
    public async Task Run_ErrorOutputCannotBeWritten_EndsAsItWould()
    {
        using var output = new StringWriter();
        using var error = new StandardStream(new Failing(new IOException("No space left on device", 28)), required: false);

        Assert.Equal(2, await new GraftApp(output, error).RunAsync(["catalog", "network", "nonsense"]));
    }

    // A stream that takes nothing.
    private sealed class Failing(Exception failure) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw failure;
    }
}
