using Graft.Analysis;
using Graft.Engine;
using Graft.Engine.Postgres;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Engine.Postgres;

[Collection(nameof(PostgresServer))] // one of the tests restarts the server
public sealed class PostgresWorkspaceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly PostgresStore _store;
    private readonly PostgresWorkspace _workspace;

    public PostgresWorkspaceTests()
    {
        _store = PostgresServer.Store(_directory.Path);
        _workspace = Open();
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Record_64StepsWriteAtOnce_KeepsAll()
    {
        const int Steps = 64, Epochs = 10;
        var keys = Enumerable.Range(0, Steps).Select(i => $"k{i}").ToList();
        _workspace.Steps.Declare(keys.Select(k => (k, "trial", "{}")));
        using var start = new Barrier(Steps);

        await Task.WhenAll(keys.Select((key, i) => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                using var held = _workspace.Locks.TryLock(key);
                Assert.NotNull(held);
                Assert.True(_workspace.Steps.MarkRunning(key, "{}", "test"));
                for (int epoch = 1; epoch <= Epochs; epoch++)
                {
                    Assert.True(
                        _workspace.Steps.SaveEpoch(
                            key,
                            new()
                            {
                                Epoch = epoch,
                                TrainingLoss = double.NaN,
                                TrainingAccuracy = 0.5,
                                LearningRate = 0.1,
                                Seconds = 1,
                            }
                        )
                    );
                    _workspace.Steps.Beat([key], epoch / (double)Epochs);
                }

                Assert.True(_workspace.Steps.Complete(key, $"{i}", 1, TestOutcome.FromPredictions([i % 10], [0]), [new($"weights/{key}", "00")]));
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        var stored = _workspace.Steps.FindAll(keys);
        Assert.All(keys, (key, i) => Assert.Equal((StepState.Done, $"{i}", 1), (stored[key].State, stored[key].Result, stored[key].Attempts)));
        Assert.All(_workspace.Steps.Histories(keys).Values, history => Assert.Equal(Epochs, history.Count));
        Assert.Equal(Steps, stored.Values.Select(s => s.Sequence).Distinct().Count());
        Assert.Equal(_workspace.Steps.Sequence, stored.Values.Max(s => s.Sequence));
    }

    // The transaction of a process that is halted keeps others waiting: the server ends it, and it begins again.
    [Fact]
    public void Write_HaltedWithinATransaction_BeginsAgain()
    {
        using var database = PostgresDatabase.Open(_store, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeProvider.System);
        var limits = new List<object?>();

        database.Write(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SHOW idle_in_transaction_session_timeout";
            limits.Add(command.ExecuteScalar());
            if (limits.Count == 1)
            {
                command.CommandText = "SET LOCAL idle_in_transaction_session_timeout = '10ms'";
                command.ExecuteNonQuery();
                Thread.Sleep(500);
            }

            command.CommandText = "SELECT 1";
            return command.ExecuteScalar();
        });

        Assert.Equal(["1min", "1min"], limits);
    }

    [Fact]
    public void TryLock_HeldByAnother_IsNullUntilReleased()
    {
        using var other = Open();

        using (var held = _workspace.Locks.TryLock("a"))
        {
            Assert.NotNull(held);
            Assert.Null(other.Locks.TryLock("a"));
            Assert.Null(_workspace.Locks.TryLock("a"));
        }

        Assert.NotNull(other.Locks.TryLock("a"));
    }

    [Fact]
    public void TryLock_TaskStartedAgain_TakesOverAndTheOldCopyCannotWrite()
    {
        using var first = Open(LeaseOwner.Task("slurm 7_3", 0));
        using var second = Open(LeaseOwner.Task("slurm 7_3", 1));
        _workspace.Steps.Declare([("a", "trial", "{}")]);
        Assert.NotNull(first.Locks.TryLock("a"));
        first.Steps.MarkRunning("a", "{}", "first");

        Assert.Null(_workspace.Locks.TryLock("a"));
        Assert.NotNull(second.Locks.TryLock("a"));
        second.Steps.MarkRunning("a", "{}", "second");

        Assert.Throws<StepLostException>(() => first.Steps.Complete("a", "1", 1));
        Assert.True(second.Steps.Complete("a", "2", 1));
    }

    [Fact]
    public void TryLock_LeaseRanOut_IsFree()
    {
        using var other = Open();
        Assert.NotNull(other.Locks.TryLock("a"));

        using var database = PostgresDatabase.Open(_store, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeProvider.System);
        using var leases = new StepLeases(database, LeaseOwner.ThisProcess(), TimeProvider.System) { Patience = TimeSpan.FromMicroseconds(1) };

        Assert.NotNull(leases.TryLock("a"));
    }

    // The server has been up for less than the patience: who held it may not have come back yet.
    [Fact]
    public void TryLock_LeaseRanOutWhileTheServerWasAway_IsNot()
    {
        using var other = Open();
        Assert.NotNull(other.Locks.TryLock("a"));
        PostgresServer.Execute(_store, "UPDATE lease SET renewed = 0");

        using var database = PostgresDatabase.Open(_store, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeProvider.System);
        using var leases = new StepLeases(database, LeaseOwner.ThisProcess(), TimeProvider.System) { Patience = TimeSpan.FromDays(1) };

        Assert.Null(leases.TryLock("a"));
    }

    [Fact]
    public async Task Record_ServerRestarts_IsWaitedFor()
    {
        _workspace.Steps.Declare([("a", "trial", "{}")]);
        _workspace.Steps.MarkRunning("a", "{}", "test");

        var restart = Task.Run(() => PostgresServer.Restart(TimeSpan.FromSeconds(2)), TestContext.Current.CancellationToken);
        for (int epoch = 1; !restart.IsCompleted; epoch++)
        {
            Assert.True(_workspace.Steps.SaveEpoch("a", new() { Epoch = epoch, TrainingLoss = 1, TrainingAccuracy = 0.5, LearningRate = 0.1, Seconds = 1 }));
        }

        await restart;
        Assert.True(_workspace.Steps.Complete("a", "{}", 1));
        var epochs = _workspace.Steps.Histories(["a"])["a"];
        Assert.Equal(Enumerable.Range(1, epochs.Count), epochs.Select(e => e.Epoch));
    }

    [Fact]
    public void Open_WithoutStore_FindsItsRecord()
    {
        _workspace.Steps.Declare([("a", "trial", "{}")]);

        using var again = PostgresWorkspace.Open(_directory.Path, null, TimeProvider.System);

        Assert.NotNull(again.Steps.Find("a"));
    }

    [Fact]
    public void Open_AnotherDirectory_SaysWhoseTheRecordIs()
    {
        using var other = new TemporaryDirectory();

        var error = Assert.Throws<ConfigurationException>(() => PostgresWorkspace.Open(other.Path, _store, TimeProvider.System));

        Assert.StartsWith($"the record {_store.Name} is that of workspace {_directory.Path}, not of {other.Path}.", error.Message);
    }

    [Fact]
    public void Open_CopyOfTheDirectory_IsRefusedAsLongAsTheOriginalIsThere()
    {
        using var copy = new TemporaryDirectory();
        string own = Path.Combine(_directory.Path, "store.json");
        File.Copy(own, Path.Combine(copy.Path, "store.json"));

        var error = Assert.Throws<ConfigurationException>(() => PostgresWorkspace.Open(copy.Path, null, TimeProvider.System));
        File.Move(own, own + ".gone");
        using var moved = PostgresWorkspace.Open(copy.Path, null, TimeProvider.System);

        Assert.StartsWith($"{copy.Path} is a copy of workspace {_directory.Path} and has the same record", error.Message);
        File.Move(own + ".gone", own);
        Assert.StartsWith($"{_directory.Path} is a copy of", Assert.Throws<ConfigurationException>(() => Open()).Message);
    }

    [Fact]
    public void Open_CommandEndedBeforeTheDirectoryKnewItsRecord_GoesOn()
    {
        string file = Path.Combine(_directory.Path, "store.json");
        File.Delete(file);

        using (var again = Open())
        {
            again.Steps.Declare([("a", "trial", "{}")]);
        }

        Assert.True(PostgresWorkspace.Exists(_directory.Path));
        File.Delete(file); // a directory of that path on another machine
        Assert.StartsWith("the record ", Assert.Throws<ConfigurationException>(() => Open()).Message);
    }

    [Fact]
    public void Open_FileThatAKilledProcessLeft_IsRemovedAfterADay()
    {
        string folder = Path.Combine(_directory.Path, "artifacts", "weights");
        Directory.CreateDirectory(folder);
        string[] left = [Path.Combine(folder, ".old.graft-tmp"), Path.Combine(folder, ".new.graft-tmp")];
        Array.ForEach(left, file => File.WriteAllText(file, "half"));
        File.SetLastWriteTimeUtc(left[0], DateTime.UtcNow.AddDays(-2));

        using (Open(LeaseOwner.Task("a task", 0)))
        {
            Assert.All(left, file => Assert.True(File.Exists(file)));
        }

        using var again = Open();
        Assert.Equal([false, true], left.Select(File.Exists));
    }

    [Fact]
    public void Open_NoServer_SaysSo()
    {
        using var other = new TemporaryDirectory();

        var error = Assert.Throws<RunException>(() =>
            PostgresWorkspace.Open(other.Path, PostgresStore.Parse("Host=127.0.0.1;Port=1;Database=x"), TimeProvider.System)
        );

        Assert.StartsWith("the record 127.0.0.1:1/x cannot be reached: ", error.Message);
    }

    [Fact]
    public void Open_NoDatabase_SaysHowToMakeIt()
    {
        using var other = new TemporaryDirectory();
        var store = PostgresStore.Parse(_store.Text.Replace($"Database={_store.Database}", "Database=nothere", StringComparison.Ordinal));

        var error = Assert.Throws<ConfigurationException>(() => PostgresWorkspace.Open(other.Path, store, TimeProvider.System));

        Assert.EndsWith("Create it: createdb nothere", error.Message);
    }

    private PostgresWorkspace Open(LeaseOwner? owner = null) => PostgresWorkspace.Open(_directory.Path, _store, TimeProvider.System, owner);
}
