using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests;

/// <summary>What exists is not destroyed, and where a result goes is looked at before the work.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("graft-out-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Require_NewFileInANewDirectory_LeavesNothingBehind()
    {
        OutputFile.Require("--out", At("new/deep/file.onnx"), At("input"));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Theory]
    [InlineData("input")]
    [InlineData("./input")]
    [InlineData("link")]
    [InlineData("folder-link/input")]
    public void Require_FileThatIsRead_IsRefused(string output)
    {
        File.WriteAllText(At("input"), "precious");
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(At("link"), "input");
            Directory.CreateSymbolicLink(At("folder-link"), ".");
        }

        Assert.SkipWhen(OperatingSystem.IsWindows() && output.Contains("link"), "Links need rights on Windows.");
        Assert.Equal(
            $"--out is '{At(output)}', the same file as '{At("input")}', which is read. Name another file.",
            Assert.Throws<ConfigurationException>(() => OutputFile.Require("--out", At(output), At("input"))).Message);
    }

    [Fact]
    public void Require_Directory_IsRefused() => Assert.Equal(
        $"--out is '{_directory}', a directory; name a file.", Assert.Throws<ConfigurationException>(() => OutputFile.Require("--out", _directory)).Message);

    [Fact]
    public void Require_NameOfADirectoryThatIsNotThere_IsRefused() => Assert.Equal(
        $"--out is '{At("new/")}', a directory; name a file.", Assert.Throws<ConfigurationException>(() => OutputFile.Require("--out", At("new/"))).Message);

    [Fact]
    public async Task Require_Pipe_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs mkfifo.");
        await System.Diagnostics.Process.Start("mkfifo", At("pipe")).WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(At("link"), "pipe");

        foreach (string path in (string[])[At("pipe"), At("link")])
        {
            Assert.Equal(
                $"--out is '{path}', but no file can be written there: it is a pipe, socket or device, not a file. Name another place.",
                Assert.Throws<ConfigurationException>(() => OutputFile.Require("--out", path)).Message
            );
        }
    }

    [Fact]
    public void Require_LinkToWhereNothingCanBeWritten_IsRefused()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "Needs a file system that nobody can write to, like /proc.");
        File.CreateSymbolicLink(At("link"), "/proc/self/x");

        Assert.StartsWith(
            $"--out is '{At("link")}', but the directory '/proc/self' takes no new files. ",
            Assert.Throws<ConfigurationException>(() => OutputFile.Require("--out", At("link"))).Message
        );
    }

    [Fact]
    public void Require_NameThatIsTooLong_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is that of Linux's file systems.");

        OutputFile.Require("--out", At(new('a', 255)));

        Assert.EndsWith(
            "', a name that is too long for the file system. Name another file.",
            Assert.Throws<ConfigurationException>(() => OutputFile.Require("--out", At(new('a', 256)))).Message
        );
    }

    [Fact]
    public void Require_FileWhereADirectoryIsNeeded_IsRefused()
    {
        File.WriteAllText(At("input"), "");

        Assert.StartsWith(
            $"--out is '{At("input/x.onnx")}', but '{At("input")}' is a file",
            Assert.Throws<ConfigurationException>(() => OutputFile.Require("--out", At("input/x.onnx"))).Message
        );
    }

    [Fact]
    public void Require_PlaceThatCannotBeWritten_IsRefused()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "Needs a file system that nobody can write to, like /proc.");

        Assert.StartsWith(
            "--out is '/proc/self/x', but the directory '/proc/self' takes no new files. Name another place.",
            Assert.Throws<ConfigurationException>(() => OutputFile.Require("--out", "/proc/self/x")).Message
        );
    }

    [Theory]
    [InlineData("export w.safetensors --out w.safetensors")]
    [InlineData("report --out images --workspace nowhere")]
    public async Task Run_OutputThatCannotBe_EndsBeforeAnythingElse(string line)
    {
        File.WriteAllText("w.safetensors", "not even weights");

        var result = await InProcess.RunAsync(line);

        Assert.Equal(2, result.Code);
        Assert.StartsWith("error: --out is '", result.Error, StringComparison.Ordinal);
        Assert.Equal("not even weights", File.ReadAllText("w.safetensors"));
    }

    [Fact]
    public void HandOver_PlaceThatIsGoneMeanwhile_SaysWhereTheResultIs()
    {
        File.WriteAllText(At("kept.onnx"), "precious");
        OutputFile.Require("--out", At("place/x.onnx"));
        File.WriteAllText(At("place"), "a file by now");

        string message = Assert.Throws<RunException>(() => OutputFile.HandOver(At("kept.onnx"), At("place/x.onnx"))).Message;

        Assert.StartsWith($"{At("place/x.onnx")} cannot be used: ", message, StringComparison.Ordinal);
        Assert.EndsWith(
            $" The result is kept in {At("kept.onnx")}: copy it, or give the same command again, which runs nothing twice.",
            message,
            StringComparison.Ordinal
        );
        Assert.Equal("a file by now", File.ReadAllText(At("place")));
    }

    private string At(string relative) => $"{_directory}/{relative}";
}
