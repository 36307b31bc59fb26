using Graft.Cli.Tests.Support;
using Graft.Jobs;

namespace Graft.Cli.Tests.Commands;

public sealed class HomeTests
{
    [Fact]
    public async Task NoCommand_SaysWhatOneCanDoAndWhatNext()
    {
        var result = await InProcess.RunAsync();

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("graft accelerate", result.Output);
        Assert.Contains("Next: graft ", result.Output);
    }

    [Fact]
    public async Task Doctor_FindsNoFaultAndComparesLibtorchWithOnnxRuntime()
    {
        var result = await InProcess.RunAsync("doctor");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("the same logits in both", result.Output);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("powershell")]
    public async Task Completions_KnownShell_AskTheProgram(string shell)
    {
        var result = await InProcess.RunAsync($"completions {shell}");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains(" complete ", result.Output);
    }

    [Fact]
    public async Task Completions_OtherShell_IsRefused()
    {
        var result = await InProcess.RunAsync("completions ksh");

        Assert.Equal((2, "error: there are no completions for 'ksh', but for bash, zsh, fish, powershell."), (result.Code, result.Error.TrimEnd()));
    }

    [Fact]
    public async Task Version_SaysBackend()
    {
        var result = await InProcess.RunAsync("--version");

        Assert.Equal(0, result.Code);
        Assert.Matches($@"^graft \d+\.\d+\.\d+.*\nbackend {ComputeDevice.Backend()}: libtorch ", result.Output.ReplaceLineEndings("\n"));
    }
}
