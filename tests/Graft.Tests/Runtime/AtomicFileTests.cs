using System.Text;
using Graft.Runtime;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Runtime;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Target => _directory.File("report.html");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Write_ExistingFile_ReplacesIt()
    {
        File.WriteAllText(Target, "a long old text");

        AtomicFile.Write(Target, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Write_WhileWriting_TheOldContentIsThere()
    {
        File.WriteAllText(Target, "old");

        AtomicFile.Write(Target, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(Target));
        });
    }

    [Fact]
    public void Write_ContentThrows_LeavesNothingBehind()
    {
        Assert.Throws<DataException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write("half"u8);
            throw new DataException("the other half is missing");
        }));

        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Write_DiskFull_SaysSoAndKeepsTheOldFile()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "no /dev/full here, the device that is always full");
        File.WriteAllText(Target, "old");

        var error = Assert.Throws<RunException>(() => AtomicFile.Write(Target, stream =>
        {
            stream.Write("half"u8);
            File.WriteAllBytes("/dev/full", [1]);
        }));

        Assert.Equal($"the disk that holds {Target} is full. Free space on it and run again: what was finished is kept.", error.Message);
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Write_DirectoryMissing_CreatesIt()
    {
        var path = _directory.File("new/report.html");

        AtomicFile.Write(path, stream => stream.WriteByte(1));

        Assert.Equal([1], File.ReadAllBytes(path));
    }

    [Fact]
    public void Write_PathBelowAFile_SaysWhere()
    {
        File.WriteAllText(_directory.File("nowhere"), "");
        var path = _directory.File("nowhere/report.html");

        var error = Assert.Throws<RunException>(() => AtomicFile.Write(path, _ => { }));

        Assert.StartsWith($"{path} cannot be used: ", error.Message);
    }

    [Theory]
    [InlineData("real")]
    [InlineData("not-there-yet")]
    public void Write_SymbolicLink_WritesWhatItLeadsTo(string real)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        Directory.CreateDirectory(_directory.File("elsewhere"));
        File.WriteAllText(_directory.File("elsewhere/real"), "old");
        File.CreateSymbolicLink(_directory.File("first"), $"elsewhere/{real}");
        File.CreateSymbolicLink(Target, "first");

        AtomicFile.Write(Target, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(_directory.File($"elsewhere/{real}")));
        Assert.Equal("first", new FileInfo(Target).LinkTarget);
        Assert.Equal($"elsewhere/{real}", new FileInfo(_directory.File("first")).LinkTarget);
    }

    [Fact]
    public async Task Write_Pipe_IsRefusedAndStays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs mkfifo.");
        await System.Diagnostics.Process.Start("mkfifo", Target).WaitForExitAsync(TestContext.Current.CancellationToken);

        var error = Assert.Throws<RunException>(() => AtomicFile.Write(Target, stream => stream.Write("new"u8)));

        Assert.Contains("it is a pipe, socket or device, not a file.", error.Message, StringComparison.Ordinal);
        Assert.True(FileIdentity.IsSpecial(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Write_LongestNameThatAFileCanHave_IsWritten()
    {
        string[] names = [new('a', 255), new string('é', 127) + "a", string.Concat(Enumerable.Repeat("🦔", 63))]; // at most 255 bytes, or 126 letters
        foreach (var path in names.Select(name => _directory.File(name)))
        {
            AtomicFile.Write(path, stream => stream.WriteByte(7));

            Assert.Equal([7], File.ReadAllBytes(path));
        }

        Assert.Equal(names.Length, Directory.GetFileSystemEntries(_directory.Path).Length);
    }

    [Fact]
    public void RemoveLeftovers_OldAndAbandoned_AreDeleted()
    {
        var old = Leftover("deep/.w.1.graft-tmp", age: TimeSpan.FromDays(2));
        var fresh = Leftover("deep/.w.2.graft-tmp", age: TimeSpan.FromMinutes(1));
        var other = Leftover("deep/w.safetensors", age: TimeSpan.FromDays(2));

        AtomicFile.RemoveLeftovers(_directory.Path, before: Now - TimeSpan.FromHours(1));

        Assert.Equal((false, true, true), (File.Exists(old), File.Exists(fresh), File.Exists(other)));
    }

    [Fact]
    public void RemoveLeftovers_BeingWritten_AreKept()
    {
        AtomicFile.Write(Target, stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes("slowly"));
            AtomicFile.RemoveLeftovers(_directory.Path, before: DateTimeOffset.MaxValue);
        });

        Assert.Equal("slowly", File.ReadAllText(Target));
    }

    private static DateTimeOffset Now => new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private string Leftover(string name, TimeSpan age)
    {
        var path = _directory.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "half");
        File.SetLastWriteTimeUtc(path, (Now - age).UtcDateTime);
        return path;
    }
}
