using Graft.Engine;

namespace Graft.Tests.Engine.Local;

public sealed class ArtifactStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ArtifactStore _artifacts;

    public ArtifactStoreTests() => _artifacts = new ArtifactStore(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Write_NewDirectory_IsThereUnderItsPath()
    {
        _artifacts.Write("teacher/3f.safetensors", stream => stream.Write([1, 2, 3]));

        Assert.True(_artifacts.Exists("teacher/3f.safetensors"));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_artifacts.PathOf("teacher/3f.safetensors")));
    }

    [Fact]
    public void Write_DirectoryIsAFile_SaysWhere()
    {
        File.WriteAllText(_directory.File("teacher"), "");

        var error = Assert.Throws<RunException>(() => _artifacts.Write("teacher/3f", _ => { }));

        Assert.StartsWith($"{_artifacts.PathOf("teacher/3f")} cannot be used: ", error.Message);
    }

    [Fact]
    public void Delete_Artifact_IsGone()
    {
        _artifacts.Write("a", _ => { });

        _artifacts.Delete("a");

        Assert.False(_artifacts.Exists("a"));
    }

    [Fact]
    public void Delete_NoSuchDirectory_DoesNothing()
    {
        _artifacts.Delete("teacher/3f");

        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../graft.db")]
    [InlineData("a/../../graft.db")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("/etc/passwd")]
    [InlineData("C:/windows")]
    [InlineData("..\\graft.db")]
    [InlineData("a\0b")]
    public void PathOf_LeadsOutsideOrIsNoName_Throws(string relative) => Assert.Throws<ArgumentException>(() => _artifacts.PathOf(relative));
}
