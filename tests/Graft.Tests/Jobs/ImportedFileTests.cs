using Graft.Engine.Local;
using Graft.Jobs;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Jobs;

public sealed class ImportedFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void CopyTo_FileThatChangedMeanwhile_IsRefused()
    {
        string path = _directory.File("weights.safetensors");
        using var workspace = Workspace.Open(_directory.File("workspace"), TimeProvider.System);
        File.WriteAllText(path, "these");
        var file = ImportedFile.Of(path, "weights");
        File.WriteAllText(path, "those"); // as long

        var error = Assert.Throws<RunException>(() => file.CopyTo(workspace, "imports/a"));

        Assert.Equal($"{path} was changed since the command began. Give the command again.", error.Message);
        Assert.False(workspace.Artifacts.Exists("imports/a"));
    }

    [Fact]
    public void CopyTo_OtherContentUnderItsName_IsReplaced()
    {
        string path = _directory.File("weights.safetensors");
        using var workspace = Workspace.Open(_directory.File("workspace"), TimeProvider.System);
        File.WriteAllText(path, "these");
        workspace.Artifacts.Write("imports/a", target => target.Write("those"u8));

        ImportedFile.Of(path, "weights").CopyTo(workspace, "imports/a");

        Assert.Equal("these", File.ReadAllText(workspace.Artifacts.PathOf("imports/a")));
    }
}
