using Xunit;

namespace Graft.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("graft-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Write_ExistingFile_IsReplaced()
    {
        var path = Path.Combine(_directory, "sub", "file");
        AtomicFile.Write(path, stream => stream.Write("first"u8));

        AtomicFile.Write(path, stream => stream.Write("second"u8));

        Assert.Equal("second", File.ReadAllText(path));
    }

    [Fact]
    public void Write_WriterThrows_OldContentStaysAndNothingElse()
    {
        var path = Path.Combine(_directory, "file");
        AtomicFile.Write(path, stream => stream.Write("old"u8));

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_directory));
    }
}
