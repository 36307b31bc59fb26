using System.Formats.Tar;
using Graft.Data.Download;

namespace Graft.Tests.Data.Download;

public sealed class ArchiveExtractionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Extract_FilesAndDirectories_AreWritten()
    {
        Extract(Archives.Folder("data/"), Archives.File("data/a"), Archives.File("data/deep/b", value: 9));

        Assert.Equal([7, 7, 7], File.ReadAllBytes(_directory["target/data/a"]));
        Assert.Equal([9, 9, 9], File.ReadAllBytes(_directory["target/data/deep/b"]));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("data/../../evil")]
    [InlineData("data/../fine")]
    [InlineData("/evil")]
    [InlineData("..\\evil")]
    [InlineData("c:evil")]
    public void Extract_NameThatLeadsOut_IsRefused(string name)
    {
        var message = Fault(Archives.File(name));

        Assert.EndsWith($"'{name}' leads out of the archive's directory; nothing was unpacked.", message);
        Assert.False(File.Exists(_directory["evil"]));
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    public void Extract_AnythingButFilesAndDirectories_IsRefused(TarEntryType type)
    {
        var entry = type is TarEntryType.Fifo ? new PaxTarEntry(type, "x") : Archives.Link(type, "x", "/etc");

        Assert.EndsWith($"'x' is a {type}, only files and directories are unpacked; nothing was unpacked.", Fault(entry));
    }

    [Fact]
    public void Extract_MoreThanTheLimit_IsRefusedBeforeItIsWritten()
    {
        var message = Fault(Archives.File("a", 60), Archives.File("b", 41));

        Assert.EndsWith("'b' makes the content 101 bytes, at most 100 are expected; nothing was unpacked.", message);
        Assert.False(File.Exists(_directory["target/b"]));
    }

    [Fact]
    public void Extract_TooManyEntries_IsRefused() =>
        Assert.EndsWith("more than 1,000 entries; nothing was unpacked.", Fault([.. Enumerable.Range(0, 1_001).Select(i => Archives.Folder($"{i}/"))]));

    [Theory]
    [InlineData(0.5)]
    [InlineData(0)]
    public void Extract_TruncatedOrEmptyArchive_IsRefused(double part)
    {
        var bytes = Archives.Of(Archives.File("a", 100));
        var archive = _directory.Write("x.tar.gz", part == 0 ? "not gzip at all"u8.ToArray() : bytes[..(int)(bytes.Length * part)]);

        Assert.StartsWith($"{archive}: not a sound .tar.gz archive", Assert.Throws<DataException>(() => Extract(archive)).Message);
    }

    private string Fault(params TarEntry[] entries) => Assert.Throws<DataException>(() => Extract(entries)).Message;

    private void Extract(params TarEntry[] entries) => Extract(_directory.Write("x.tar.gz", Archives.Of(entries)));

    private void Extract(string archive)
    {
        var target = Directory.CreateDirectory(_directory["target"]).FullName;
        ArchiveExtraction.Extract(archive, target, 100, null, TestContext.Current.CancellationToken);
    }
}
