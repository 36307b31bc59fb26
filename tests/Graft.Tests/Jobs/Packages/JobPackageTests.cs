using Graft.Engine.Local;
using Graft.Jobs.Packages;
using Graft.Steps;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Jobs.Packages;

public sealed class JobPackageTests : IDisposable
{
    private const string Id = "3f9c12";

    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData("a,b,c", "here")] // it has gone on here
    [InlineData("a,c", "here")] // it has gone another way here
    [InlineData("a", "packed")]
    [InlineData("b,a", "packed")]
    [InlineData("", "packed")] // it is not here
    public void Unpack_JobThatIsHere_IsNotTurnedBack(string stepsHere, string expected)
    {
        string package = Pack("a", "b");
        if (stepsHere.Length > 0)
        {
            Save("here", stepsHere.Split(','));
        }

        JobPackage.Unpack(package, BuiltInKinds.Create(), time => Workspace.Open(_directory.File("here"), time));

        using var workspace = Workspace.Open(_directory.File("here"), TimeProvider.System);
        var job = workspace.Jobs.Find(Id);
        Assert.Equal(expected, job.Document);
        Assert.Equal(expected == "here" ? stepsHere.Split(',') : ["a", "b"], job.Steps);
    }

    public void Dispose() => _directory.Dispose();

    private string Pack(params string[] steps)
    {
        Save("packed", steps);
        string package = _directory.File("package.zip");
        using var workspace = Workspace.Open(_directory.File("packed"), TimeProvider.System);
        JobPackage.Pack(package, workspace, workspace.Jobs.Find(Id), BuiltInKinds.Create(), withFiles: false, new Dictionary<string, byte[]>());
        return package;
    }

    private void Save(string name, params string[] steps)
    {
        using var workspace = Workspace.Open(_directory.File(name), TimeProvider.System);
        workspace.Jobs.Save(Id, "study", "", document: name, steps);
    }
}
