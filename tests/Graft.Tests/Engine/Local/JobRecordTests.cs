using Graft.Engine;
using Graft.Engine.Local;
using Graft.Engine.Postgres;
using Graft.Tests.Engine.Postgres;

namespace Graft.Tests.Engine.Local;

/// <summary>What every record of jobs does, whatever database it is in.</summary>
public abstract class JobRecordTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly IWorkspace _workspace;

    protected JobRecordTests() => _workspace = Open(_directory.Path, _time);

    private IJobRecord Studies => _workspace.Jobs;

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract IWorkspace Open(string directory, TimeProvider time);

    [Fact]
    public void Save_Again_ReplacesAllButTheFirstTime()
    {
        var created = _time.Now;
        Studies.Save("1a", "study", "plan: 1", "{}", ["x", "y", "z"]);
        _time.Now += TimeSpan.FromHours(1);

        Studies.Save("1a", "study", "plan: 2", """{"cells":[]}""", ["z", "x"]);

        var study = Studies.Find("1a");
        Assert.Equal(("plan: 2", """{"cells":[]}"""), (study.Plan, study.Document));
        Assert.Equal(["z", "x"], study.Steps);
        Assert.Equal((created, _time.Now), (study.Created, study.Updated));
    }

    [Fact]
    public void Save_PartOfTheSteps_KeepsThoseThatAreListed()
    {
        Studies.Save("1a", "study", "", "{}", ["x", "y", "z"]);

        Studies.Save("1a", "study", "", "{}", ["w", "z"], isPart: true);

        Assert.Equal(["w", "z", "x", "y"], Studies.Find("1a").Steps);
        Studies.Save("1a", "study", "", "{}", ["w", "z"]);
        Assert.Equal(["w", "z"], Studies.Find("1a").Steps);
    }

    [Fact]
    public void List_SeveralStudies_NewestFirst()
    {
        Save("old", "middle", "new");
        Save("old");

        var studies = Studies.List();

        Assert.Equal(["new", "middle", "old"], studies.Select(study => study.Id));
        Assert.All(studies, study => Assert.Equal([study.Id + "-step"], study.Steps));
    }

    [Fact]
    public void Forget_Study_IsGoneAndTheOthersStay()
    {
        Save("1a", "2b");

        Studies.Forget("1a");
        Studies.Forget("1a"); // as if it had not been there

        Assert.Equal(["2b"], Studies.List().Select(study => study.Id));
        Save("1a");
        Assert.Equal(["1a-step"], Studies.Find("1a").Steps);
    }

    [Fact]
    public void Find_UniquePrefix_IsTheStudy()
    {
        Save("1a2b", "1a3c");

        Assert.Equal("1a3c", Studies.Find("1a3").Id);
    }

    [Fact]
    public void Find_WholeIdThatBeginsAnother_IsTheStudy()
    {
        Save("1a", "1a3c");

        Assert.Equal("1a", Studies.Find("1a").Id);
    }

    [Fact]
    public void Find_AmbiguousPrefix_NamesTheCandidates()
    {
        Save("1a2b", "1a3c", "2f");

        var error = Assert.Throws<ConfigurationException>(() => Studies.Find("1a"));

        Assert.Equal($"'1a' begins 2 jobs of workspace {_directory.Path}: study 1a3c, study 1a2b. Give more characters.", error.Message);
    }

    [Fact]
    public void Find_NearlyRight_SuggestsTheNearest()
    {
        Save("1a2b3c", "ffffff");

        var error = Assert.Throws<ConfigurationException>(() => Studies.Find("1a2x3c"));

        Assert.Equal($"no study or acceleration '1a2x3c' in workspace {_directory.Path}. Did you mean '1a2b3c'?", error.Message);
    }

    [Fact]
    public void Find_NothingNear_ListsTheNewest()
    {
        Save([.. Enumerable.Range(10, 12).Select(i => $"study-{i}")]);

        var error = Assert.Throws<ConfigurationException>(() => Studies.Find("x"));

        Assert.EndsWith("Known: study-21, study-20, study-19, study-18, study-17, study-16, study-15, study-14, study-13, study-12, ….", error.Message);
    }

    [Fact]
    public void Find_EmptyWorkspace_SaysHowToBegin()
    {
        var error = Assert.Throws<ConfigurationException>(() => Studies.Find("1a"));

        Assert.Equal($"no study or acceleration '1a': workspace {_directory.Path} has none yet. Run one first or choose another workspace.", error.Message);
    }

    private void Save(params string[] ids)
    {
        foreach (var id in ids)
        {
            _time.Now += TimeSpan.FromSeconds(1);
            Studies.Save(id, "study", "plan: {}", "{}", [id + "-step"]);
        }
    }
}

public sealed class SqliteJobRecordTests : JobRecordTests
{
    private protected override IWorkspace Open(string directory, TimeProvider time) => Workspace.Open(directory, time);
}

[Collection(nameof(PostgresServer))]
public sealed class PostgresJobRecordTests : JobRecordTests
{
    private protected override IWorkspace Open(string directory, TimeProvider time) => PostgresWorkspace.Open(directory, PostgresServer.Store(directory), time);
}
