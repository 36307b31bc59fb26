using System.Diagnostics;
using Graft.Cli.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Graft.Cli.Tests;

[Collection("studies")]
public sealed class BadWorkspaceTests
{
    [Fact]
    public async Task Show_DamagedDatabase_SaysHowToGoOn()
    {
        Directory.CreateDirectory("broken");
        await File.WriteAllTextAsync("broken/graft.db", new string('x', 5000), TestContext.Current.CancellationToken);

        await AssertFails(
            "show studies --workspace broken",
            "<here>/broken/graft.db is damaged or not Graft's: SQLite Error 26: 'file is not a database'. "
            + "Restore it from a copy, try `sqlite3 graft.db .recover`, or choose another workspace.");
    }

    [Theory]
    [InlineData("show studies --workspace newer")]
    [InlineData("study --plan plan.yaml --workspace newer")]
    public async Task Run_WorkspaceOfANewerVersion_SaysSo(string line)
    {
        Directory.CreateDirectory("newer");
        using (var connection = new SqliteConnection("Data Source=newer/graft.db;Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        await AssertFails(
            line,
            "workspace <here>/newer was written by a newer Graft (version 99, this one knows 4). Update Graft or choose another workspace."
        );
    }

    [Fact]
    public async Task Study_ReadOnlyDisk_SaysSo()
    {
        using var disk = new SmallDisk("read-only", "1m");
        disk.MakeReadOnly();

        await AssertFails(
            "study --plan plan.yaml --workspace read-only",
            "<here>/read-only cannot be written: it, its directory or its disk is read-only for you. Grant yourself write access or choose another path.");
    }

    [Fact]
    public async Task Study_FullDisk_SaysSoAndLeavesNothingHalfWritten()
    {
        using var disk = new SmallDisk("full", "500k"); // enough for the record, not for a teacher's weights

        var result = await InProcess.RunAsync("study --plan plan.yaml --workers 1 --workspace full --json");

        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.Matches(
            "^error: the disk that holds .* is full\\. Free space on it and run again: what was finished is kept\\.$",
            result.Error.TrimEnd().Split('\n')[^1]
        );
        Assert.DoesNotContain(
            Directory.GetFiles("full/artifacts", "*", SearchOption.AllDirectories),
            path => path.EndsWith(".graft-tmp", StringComparison.Ordinal)
        );
    }

    private static async Task AssertFails(string line, string expected)
    {
        var result = await InProcess.RunAsync(line);

        Assert.Equal($"error: {expected}", result.Error.TrimEnd().Replace(Environment.CurrentDirectory, "<here>"));
        Assert.Equal((1, ""), (result.Code, result.Output));
    }

    /// <summary>A file system of its own in a directory.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly string _directory;

        public SmallDisk(string directory, string size)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounting a file system takes Linux and root");
            _directory = Directory.CreateDirectory(directory).FullName;
            Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", _directory), "a file system cannot be mounted here");
        }

        public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", _directory));

        public void Dispose() => Assert.True(Run("umount", "--lazy", _directory));

        private static bool Run(string program, params string[] args)
        {
            using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
