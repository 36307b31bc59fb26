using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Graft.Engine.Postgres;
using Graft.Tests.Fixtures;

namespace Graft.Tests.Engine.Postgres;

/// <summary>
/// A PostgreSQL of the tests' own, which is started when the first test asks for it (tests/cluster/start-postgres.sh) and stopped with the tests. Where
/// PostgreSQL is not installed, the test is skipped.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<string?> Directory = new(Start);
    private static readonly Dictionary<string, string> Environment = [];

    /// <summary>The store of a workspace: a schema of its own.</summary>
    internal static PostgresStore Store(string workspace) => PostgresStore.Parse(Text(workspace));

    internal static string Text(string workspace)
    {
        Assert.SkipWhen(Directory.Value is null, "Needs PostgreSQL: apt-get install postgresql iproute2.");
        string schema = $"t_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(workspace)))[..16]}";
        return $"Host={Environment["PGHOST"]};Port={Environment["PGPORT"]};Username={Environment["PGUSER"]};Database={Environment["PGDATABASE"]};Search Path={schema}";
    }

    /// <summary>Runs a statement by hand.</summary>
    internal static void Execute(PostgresStore store, string sql)
    {
        using var source = store.Connect();
        using var command = source.CreateCommand(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>Stops the server and starts it again after a pause.</summary>
    internal static void Restart(TimeSpan pause)
    {
        Run("stop-postgres.sh", Directory.Value!);
        Thread.Sleep(pause);
        Run("start-postgres.sh", Directory.Value!);
    }

    public void Dispose()
    {
        if (Directory is { IsValueCreated: true, Value: { } directory })
        {
            Run("stop-postgres.sh", directory, "--delete");
        }
    }

    private static string? Start()
    {
        if (OperatingSystem.IsWindows() || !System.IO.Directory.Exists("/usr/lib/postgresql") || Run("start-postgres.sh") is not { Length: > 0 } directory)
        {
            return null;
        }

        foreach (string pair in File.ReadAllText(Path.Combine(directory, "env.sh")).Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            string[] parts = pair.Split('=', 2);
            Environment[parts[0]] = parts[1];
        }

        System.Environment.SetEnvironmentVariable("PGPASSWORD", Environment["PGPASSWORD"]);
        return directory;
    }

    private static string? Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [SourceTree.PathOf("tests", "cluster", script), .. arguments]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : null;
    }
}
