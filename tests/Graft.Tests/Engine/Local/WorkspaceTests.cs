using Dapper;
using Graft.Analysis;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Engine.Sql;
using Microsoft.Data.Sqlite;

namespace Graft.Tests.Engine.Local;

public sealed class WorkspaceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Root => _directory.File("work space #1%20;x=1"); // characters that connection strings and URIs mind

    private string Database => Path.Combine(Root, "graft.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_NewDirectory_CreatesIt()
    {
        using (Open())
        {
            Assert.True(File.Exists(Database));
        }

        Assert.Equal(["artifacts", "graft.db", "locks"], Directory.GetFileSystemEntries(Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Open_Again_FindsWhatWasRecorded()
    {
        Fill(steps: 1);

        using var workspace = Open();

        Assert.Equal(StepState.Pending, workspace.Steps.Find("k0")!.State);
    }

    [Fact]
    public async Task Open_NewDirectoryManyAtOnce_AllWork()
    {
        using var start = new Barrier(6);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Factory.StartNew(() =>
        {
            start.SignalAndWait();
            using var workspace = Open();
            workspace.Steps.Declare([($"k{i}", "trial", "{}")]);
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        using var workspace = Open();
        Assert.Equal(6, workspace.Steps.List().Count);
    }

    [Fact]
    public void Open_PathIsAFile_SaysSo()
    {
        File.WriteAllText(Root, "");

        var error = Assert.Throws<ConfigurationException>(Open);

        Assert.Equal($"workspace {Root} is a file, not a directory. Choose another directory.", error.Message);
    }

    [Fact]
    public void Open_LeftoverOfAKilledProcess_IsRemoved()
    {
        Open().Dispose();
        var leftover = Path.Combine(Root, "artifacts", ".w.1.graft-tmp");
        File.WriteAllText(leftover, "half");
        File.SetLastWriteTimeUtc(leftover, new ManualTime().Now.UtcDateTime.AddHours(-2));

        Open().Dispose();

        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public void OpenExisting_NoDirectory_SaysHowToBegin()
    {
        var error = Assert.Throws<ConfigurationException>(OpenExisting);

        Assert.Equal($"no workspace at {Root}. Run a study or an acceleration first, or name the directory where one was run.", error.Message);
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public void OpenExisting_InUse_SeesTheLatest()
    {
        using var writer = Open();
        using var reader = OpenExisting();

        writer.Steps.Declare([("a", "trial", "{}")]);

        Assert.NotNull(reader.Steps.Find("a"));
    }

    [Fact]
    public void OpenExisting_ReadOnlyDirectory_Reads()
    {
        Fill(steps: 3);
        using var readOnly = MakeReadOnly();

        using var workspace = OpenExisting();

        Assert.Equal(3, workspace.Steps.List().Count);
        var error = Assert.Throws<RunException>(() => workspace.Steps.Declare([("a", "trial", "{}")]));
        Assert.StartsWith($"{Database} cannot be written: ", error.Message);
    }

    [Fact]
    public void OpenExisting_ReadOnlyDirectoryOfAnEarlierVersion_ReadsACopy()
    {
        Fill(steps: 3);
        Execute("DROP TABLE input; DELETE FROM SchemaVersions WHERE ScriptName = '0004'; PRAGMA user_version = 3");
        using var readOnly = MakeReadOnly();

        using var workspace = OpenExisting();

        Assert.Equal(3, workspace.Steps.List().Count);
        Assert.Empty(workspace.Steps.Inputs(["a"])["a"]);
        var error = Assert.Throws<RunException>(() => workspace.Steps.Declare([("a", "trial", "{}")]));
        Assert.StartsWith($"{Database} cannot be written: ", error.Message);
    }

    [Fact]
    public void Open_ReadOnlyDirectory_SaysSo()
    {
        Fill(steps: 3);
        using var readOnly = MakeReadOnly();

        var error = Assert.Throws<RunException>(Open);

        Assert.StartsWith($"{Database} cannot be ", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_NewerVersion_SaysWhichAndChangesNothing(bool existing)
    {
        Fill(steps: 1);
        Execute($"PRAGMA user_version = {Schema.Version + 1}");
        var before = File.ReadAllBytes(Database);

        var error = Assert.Throws<RunException>(existing ? OpenExisting : Open);

        Assert.Equal(
            $"workspace {Root} was written by a newer Graft (version {Schema.Version + 1}, this one knows {Schema.Version}). Update Graft or choose another workspace.",
            error.Message);
        Assert.Equal(before, File.ReadAllBytes(Database));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_NoDatabase_SaysItIsDamaged(bool existing)
    {
        Directory.CreateDirectory(Root);
        File.WriteAllText(Database, new string('x', 8192));

        var error = Assert.Throws<RunException>(existing ? OpenExisting : Open);

        Assert.Equal(
            $"{Database} is damaged or not Graft's: SQLite Error 26: 'file is not a database'. " +
            "Restore it from a copy, try `sqlite3 graft.db .recover`, or choose another workspace.",
            error.Message);
    }

    [Fact]
    public void List_PagesOverwritten_SaysItIsDamaged()
    {
        Fill(steps: 2000);
        using (var file = File.OpenWrite(Database))
        {
            file.Position = 8192; // past the schema, into the tables
            file.Write(Enumerable.Repeat((byte)0xA5, (int)file.Length - 8192).ToArray());
        }

        var error = Assert.Throws<RunException>(ListSteps);

        Assert.StartsWith($"{Database} is damaged or not Graft's: ", error.Message);
    }

    [Fact]
    public void List_FileTruncated_SaysItIsDamaged()
    {
        Fill(steps: 2000);
        using (var file = File.OpenWrite(Database))
        {
            file.SetLength(file.Length / 2 / 4096 * 4096);
        }

        var error = Assert.Throws<RunException>(ListSteps);

        Assert.StartsWith($"{Database} is damaged or not Graft's: ", error.Message);
    }

    [Fact]
    public void Outcome_BlobsDamaged_SaysSo()
    {
        using var workspace = Open();
        workspace.Steps.Declare([("a", "trial", "{}")]);
        workspace.Steps.Complete("a", "{}", seconds: 1, TestOutcome.FromPredictions([1, 2], [1, 2]));
        Execute("UPDATE outcome SET images = 20");

        var error = Assert.Throws<RunException>(() => workspace.Steps.Outcome("a"));

        Assert.StartsWith($"{Database} is damaged or not Graft's: 1 bytes of bits", error.Message);
    }

    private Workspace Open() => Workspace.Open(Root, new ManualTime());

    private Workspace OpenExisting() => Workspace.OpenExisting(Root, new ManualTime());

    private void ListSteps()
    {
        using var workspace = Open();
        workspace.Steps.List();
    }

    private void Fill(int steps)
    {
        using var workspace = Open();
        workspace.Steps.Declare(Enumerable.Range(0, steps).Select(i => ($"k{i}", "trial", "{}")));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        connection.Execute(sql);
    }

    private ReadOnlyTree MakeReadOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix permissions");
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "runs as root, whom permissions do not bind");
        return new ReadOnlyTree(Root);
    }

    private sealed class ReadOnlyTree : IDisposable
    {
        private readonly string _root;

        public ReadOnlyTree(string root)
        {
            _root = root;
            SetMode(UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        public void Dispose() => SetMode(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        private void SetMode(UnixFileMode mode)
        {
            foreach (var path in Directory.GetFileSystemEntries(_root, "*", SearchOption.AllDirectories).Prepend(_root))
            {
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(path, mode);
                }
            }
        }
    }
}
