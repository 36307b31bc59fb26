using System.Diagnostics;
using Graft.Tests.Fixtures;

namespace Graft.Cli.Tests.Cluster;

/// <summary>
/// A real Slurm of three nodes of two cores and a real PostgreSQL, all on this machine (tests/cluster). They are started when the first test asks for them and
/// stopped with the tests; where the programs are not installed, the tests are skipped.
/// </summary>
public sealed class SlurmCluster : IDisposable
{
    private const string Missing = "Needs Slurm and PostgreSQL: apt-get install slurm-wlm munge iproute2 postgresql.";

    // A partition whose jobs push others off their nodes; those are told, and queued again ten seconds later.
    private const string Preemption = @"PreemptType=preempt/partition_prio\nPreemptMode=REQUEUE\nPartitionName=urgent Nodes=ALL PriorityTier=10 State=UP";

    private static readonly Lazy<string?> Started = new(Start);

    private static string Scripts { get; } = SourceTree.PathOf("tests", "cluster");

    /// <summary>The store of a test: a schema of its own. Skips the test where there is no cluster.</summary>
    internal static string Store(string schema)
    {
        Assert.SkipWhen(Started.Value is null, Missing);
        return Bash($"echo \"Host=$PGHOST;Port=$PGPORT;Username=$PGUSER;Database=$PGDATABASE;Search Path={schema}\"");
    }

    /// <summary>
    /// Runs shell commands with the cluster's environment; <c>$S</c> is its directory, <c>$P</c> PostgreSQL's, <c>$SCRIPTS</c> that of the scripts.
    /// </summary>
    internal static string Bash(string script)
    {
        string directory = Started.Value!;
        var (code, output) = Run("-c", $"S={directory}/slurm; P={directory}/pg; SCRIPTS={Scripts}; . $S/env.sh; . $P/env.sh\n{script}");
        return code == 0 ? output : throw new InvalidOperationException($"'{script}' ended with code {code}: {output}");
    }

    /// <summary>The node that Slurm started a process on; null where it has ended.</summary>
    internal static string? NodeOf(string process) =>
        Bash($"tr '\\0' '\\n' < /proc/{process}/environ | sed -n 's/^SLURMD_NODENAME=//p'; true") is { Length: > 0 } node ? node : null;

    public void Dispose()
    {
        if (Started is { IsValueCreated: true, Value: { } directory })
        {
            Run("-c", $"{Scripts}/stop-cluster.sh {directory}/slurm --delete; {Scripts}/stop-postgres.sh {directory}/pg --delete; rm -rf {directory}");
        }
    }

    private static string? Start()
    {
        if (
            !OperatingSystem.IsLinux()
            || Run("-c", "PATH=$PATH:/usr/sbin; which sbatch slurmctld slurmd munged ss && ls /usr/lib/postgresql/*/bin/initdb").Code != 0
        )
        {
            return null;
        }

        string directory = Directory.CreateTempSubdirectory("graft-cluster-").FullName;
        Run("-c", $"chmod 755 {directory}"); // munge and PostgreSQL run as other users
        var (code, output) = Run(
            "-c",
            $"CPUS=2 MEM=64000 EXTRA_CONF=$'{Preemption}' {Scripts}/start-cluster.sh {directory}/slurm && {Scripts}/start-postgres.sh {directory}/pg && . {directory}/slurm/env.sh && scontrol update partitionname=main gracetime=10"
        );
        Assert.True(code == 0, output);
        foreach (
            string word in File.ReadAllText($"{directory}/slurm/env.sh").Split(' ', '\n').Concat(File.ReadAllText($"{directory}/pg/env.sh").Split(' ', '\n'))
        )
        {
            if (word.Split('=', 2) is ["SLURM_CONF" or "PGPASSWORD", var value])
            {
                Environment.SetEnvironmentVariable(word.Split('=')[0], value);
            }
        }

        return directory;
    }

    private static (int Code, string Output) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Trim());
    }
}
