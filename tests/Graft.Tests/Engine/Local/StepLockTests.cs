using System.ComponentModel;
using System.Diagnostics;
using Graft.Engine.Local;

namespace Graft.Tests.Engine.Local;

public sealed class StepLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Workspace _workspace;

    public StepLockTests() => _workspace = Workspace.Open(_directory.Path, new ManualTime());

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void TryLock_HeldInThisProcess_IsNull()
    {
        using var other = Workspace.Open(_directory.Path, new ManualTime());
        using var held = _workspace.TryLock("a1");

        Assert.NotNull(held);
        Assert.Null(_workspace.TryLock("a1"));
        Assert.Null(other.TryLock("a1"));
    }

    [Fact]
    public void TryLock_OtherKey_IsFree()
    {
        using var held = _workspace.TryLock("a1");
        using var other = _workspace.TryLock("a2");

        Assert.NotNull(other);
    }

    [Fact]
    public void TryLock_AfterDispose_IsFree()
    {
        _workspace.TryLock("a1")!.Dispose();

        using var again = _workspace.TryLock("a1");
        Assert.NotNull(again);
    }

    [Fact]
    public async Task TryLock_ManyThreadsAtOnce_OnlyOneAtATimeHasIt()
    {
        var holders = 0;
        var taken = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                using var held = _workspace.TryLock("a1");
                if (held is not null)
                {
                    Assert.Equal(1, Interlocked.Increment(ref holders));
                    Interlocked.Increment(ref taken);
                    Interlocked.Decrement(ref holders);
                }
            }
        })));

        Assert.True(taken > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../a1")]
    [InlineData("a/b")]
    public void TryLock_NoKey_Throws(string key) => Assert.Throws<ArgumentException>(() => _workspace.TryLock(key));

    [Fact]
    public void TryLock_LocksMissing_SaysWhere()
    {
        Directory.Delete(_directory.File("locks"));

        var error = Assert.Throws<RunException>(() => _workspace.TryLock("a1"));

        Assert.StartsWith($"{_directory.File("locks/a1.lock")} cannot be used: ", error.Message);
    }

    [Fact]
    public async Task TryLock_HolderKilled_IsFreeAtOnce()
    {
        using var holder = StartHolder(Path.Combine(_directory.Path, "locks", "a1.lock"));
        try
        {
            await holder.StandardInput.WriteLineAsync("held?");
            await holder.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal("held?", await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)); // cat runs once the lock is taken
            Assert.Null(_workspace.TryLock("a1"));
        }
        finally
        {
            holder.Kill(); // SIGKILL
            await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using var free = _workspace.TryLock("a1");
        Assert.NotNull(free);
    }

    private static Process StartHolder(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the other process is util-linux's flock, which is on Linux only");
        try
        {
            // --no-fork: the process that we kill is the one that holds the lock.
            return Process.Start(new ProcessStartInfo("flock", ["--no-fork", path, "cat"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("no flock command here to hold the lock from another process");
            throw;
        }
    }
}
