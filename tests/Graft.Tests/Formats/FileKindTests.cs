using System.Text;
using Graft.Formats;
using Graft.Jobs;
using Graft.Jobs.Packages;
using Graft.Latency;
using Graft.Onnx;
using Graft.Onnx.Import;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Formats;

/// <summary>Files that are given in place of weights.</summary>
public sealed class FileKindTests
{
    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 12\n", "a Git LFS pointer")]
    [InlineData("<!DOCTYPE html><html><body>Sign in</body></html>", "a web page")]
    [InlineData("\n  <html></html>", "a web page")]
    [InlineData("PK\u0003\u0004\0\0\0\0\0\0archive/data.pkl", "a ZIP archive")]
    [InlineData("\u0080\u0002\u008a\nl\u00fc\u009cF", "a Python pickle")]
    [InlineData("\u0089HDF\r\n\u001a\n", "an HDF5 file")]
    [InlineData("\u001f\u008b\b\0\0\0\0\0\0\0", "a gzip file; unpack it first")]
    public void Load_FileOfAnotherKind_SaysWhatItIsAndWhatToDo(string content, string kind)
    {
        var stream = new MemoryStream(Encoding.Latin1.GetBytes(content));

        string message = Assert.Throws<DataException>(() => SafeTensorsFile.Load(stream, "w.safetensors")).Message;

        Assert.StartsWith("w.safetensors: not a safetensors file: it is " + kind, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TextThatIsNamedAsACheckpoint_NamesBothKindsOfFile()
    {
        using var directory = new TemporaryDirectory();
        string file = directory.File("words.pth");
        File.WriteAllText(file, "abc");

        string message = Assert.Throws<DataException>(() => WeightFile.Load(file)).Message;

        Assert.Equal($"{file}: not a PyTorch checkpoint, nor safetensors. In PyTorch, write one with torch.save(model.state_dict(), path).", message);
    }

    [Fact]
    public async Task Read_Pipe_IsRefusedAndNotWaitedFor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs mkfifo.");
        using var directory = new TemporaryDirectory();
        string pipe = directory.File("pipe.onnx");
        await System.Diagnostics.Process.Start("mkfifo", pipe).WaitForExitAsync(TestContext.Current.CancellationToken);
        Action[] readers =
        [
            () => WeightFile.Load(pipe).Dispose(),
            () => SafeTensorsFile.Load(pipe).Dispose(),
            () => OnnxClassifier.Load(pipe).Dispose(),
            () => OnnxFile.Read(pipe),
            () => LatencyTable.TryLoad(pipe),
            () => ImportedFile.Of(pipe, "weights"),
            () => JobPackage.Unpack(pipe, Graft.Steps.BuiltInKinds.Create(), _ => throw new InvalidOperationException("A pipe is no package.")),
        ];

        foreach (var read in readers)
        {
            var reading = Task.Run(() => Assert.Throws<DataException>(read), TestContext.Current.CancellationToken);
            var error = await reading.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.Contains("it is a pipe, socket or device, not a file.", error.Message, StringComparison.Ordinal);
        }

        Assert.Null(FoundContent.StartOf(pipe));
        Assert.Null(FoundContent.OfFile(pipe));
    }
}
