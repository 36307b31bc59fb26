using System.Text.Json.Nodes;
using Graft.Cli.Tests.Support;
using Graft.Engine;
using Graft.Jobs;

[assembly: AssemblyFixture(typeof(Graft.Cli.Tests.Cluster.SlurmCluster))]

namespace Graft.Cli.Tests.Cluster;

/// <summary>Studies on a real Slurm with a real PostgreSQL: alone, and with what goes wrong on clusters.</summary>
[Collection("studies")]
[Trait("Category", "Cluster")]
public sealed class ClusterTests : IDisposable
{
    private const string Profile = "{ cpus: 1, memory: 1500M, checkpointSeconds: 50 }";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly Lazy<Task<string>> Short = new(() => ReferenceAsync("short", "study --plan plan.yaml"));
    private static readonly Lazy<Task<string>> Long = new(() => ReferenceAsync("long", LongStudy));

    // Trials that take seconds on one core: long enough to be met at work.
    private const string LongStudy = "study --plan plan.yaml --positions 1 --epochs 400";

    /// <summary>The other tests of this process keep their record in files.</summary>
    public void Dispose() => Environment.SetEnvironmentVariable("GRAFT_STORE", null);

    [Fact]
    public async Task Study_SubmittingProcessEnds_GivesWhatALocalRunGives()
    {
        string line = Prepare("alone", "study --plan plan.yaml");

        var submitted = await InProcess.RunAsync(line);
        Assert.True(submitted.Code == 0, submitted.Error);
        Assert.Contains("7 steps of 7 submitted to Slurm", submitted.Error);
        var again = await InProcess.RunAsync(line);
        Assert.Contains("0 steps of 7 submitted to Slurm, ", again.Error);
        await EndAsync("alone");

        var shown = await InProcess.RunAsync($"{line} --json");
        Assert.Equal(0, shown.Code);
        Assert.Equal(await Short.Value, Comparable(shown.Output));
        Assert.All(Steps("alone"), s => Assert.Equal((StepState.Done, 1), (s.State, s.Attempts)));
        string password = Environment.GetEnvironmentVariable("PGPASSWORD")!;
        Assert.DoesNotContain(Directory.EnumerateFiles("alone", "*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Study_NodeDiesAndDatabaseRestarts_LosesNothingElse()
    {
        string line = Prepare("faults", LongStudy);
        var submitted = await InProcess.RunAsync(line);
        Assert.True(submitted.Code == 0, submitted.Error);

        await TrialAtWorkAsync("faults");
        string node = SlurmCluster.NodeOf("graft-")!;
        SlurmCluster.Bash($"$SCRIPTS/node.sh $S down {node}; scontrol update nodename={node} state=down reason=test; for j in $(squeue -h -t PENDING -o %A); do scontrol update jobid=$j StartTime=now 2>/dev/null; done; true");
        SlurmCluster.Bash("$SCRIPTS/stop-postgres.sh $P; sleep 5; $SCRIPTS/start-postgres.sh $P");
        await EndAsync("faults");
        SlurmCluster.Bash($"$SCRIPTS/node.sh $S up {node}; true");

        var shown = await InProcess.RunAsync($"{line} --json");
        Assert.Equal(0, shown.Code);
        Assert.Equal(await Long.Value, Comparable(shown.Output));
        var attempts = Steps("faults").Select(s => s.Attempts).ToList();
        Assert.Contains(2, attempts); // what ran on the node
        Assert.True(attempts.Count(a => a == 1) >= 2, string.Join(", ", attempts)); // the teacher, the candidate
        Assert.All(attempts, a => Assert.InRange(a, 1, 2));
    }

    [Fact]
    public async Task Study_TimeLimitNears_GoesOnFromTheCheckpoint()
    {
        // Slurm signals ten seconds after the start of a task that has a minute; that a fast machine does not end before, the test does so, too.
        string line = Prepare("limited", LongStudy, "{ cpus: 1, memory: 1500M, checkpointSeconds: 50, time: '00:01:00' }");
        await InProcess.RunAsync(line);
        await TrialAtWorkAsync("limited");
        SlurmCluster.Bash("for j in $(squeue -h -r -t RUNNING -o %A); do scancel --batch --signal=USR1 $j; done");

        var shown = await InProcess.RunAsync($"{line} --wait --json");

        Assert.True(shown.Code == 0, shown.Error);
        Assert.Equal(await Long.Value, Comparable(shown.Output));
        Assert.Contains(Steps("limited"), s => s.Attempts > 1);
    }

    [Fact]
    public async Task Cancel_ThenTheSameCommand_GoesOn()
    {
        string line = Prepare("cancelled", LongStudy);
        await InProcess.RunAsync(line);
        await TrialAtWorkAsync("cancelled");
        string id = StudyId("cancelled");

        var cancelled = await InProcess.RunAsync($"cancel {id} --workspace cancelled");
        Assert.StartsWith("Cancelled ", cancelled.Output);
        await UntilAsync(() => ClusterJobs.CountActive(id, TimeProvider.System) is 0 ? "none" : null);
        Assert.Contains(Steps("cancelled"), s => s.State != StepState.Done);
        Assert.Contains(Directory.EnumerateFiles("cancelled/artifacts/checkpoints"), f => f.EndsWith(".safetensors", StringComparison.Ordinal));
        Assert.StartsWith("Slurm has nothing of ", (await InProcess.RunAsync($"cancel {id} --workspace cancelled")).Output);

        var shown = await InProcess.RunAsync($"{line} --wait --json");
        Assert.True(shown.Code == 0, shown.Error);
        Assert.Equal(await Long.Value, Comparable(shown.Output));
    }

    [Fact]
    public async Task Study_RecordInAFile_SaysWhatClustersNeed()
    {
        SlurmCluster.Store("none");
        File.WriteAllText("slurm-plain.yaml", Profile);

        var result = await InProcess.RunAsync("study --plan plan.yaml --on slurm-plain.yaml --workspace plain");

        Assert.Equal(2, result.Code);
        Assert.Contains("is a file, which the nodes of a cluster cannot share. Give a PostgreSQL database", result.Error);
    }

    private static string Prepare(string name, string study, string profile = Profile)
    {
        string store = SlurmCluster.Store(name);
        File.WriteAllText($"{name}.yaml", profile);
        Environment.SetEnvironmentVariable("GRAFT_STORE", store);
        return $"{study} --on {name}.yaml --workspace {name}";
    }

    // The numbers of a run on one core of this machine.
    private static async Task<string> ReferenceAsync(string name, string study)
    {
        Environment.SetEnvironmentVariable("GRAFT_STORE", null);
        await using var process = new CliProcess($"{study} --workers 1 --workspace reference-{name} --json", ("DOTNET_PROCESSOR_COUNT", "1"));
        var result = await process.EndAsync();
        Assert.True(result.Code == 0, result.Error);
        return Comparable(result.Output);
    }

    // All but when and where it ran.
    private static string Comparable(string json)
    {
        var root = JsonNode.Parse(StudyState.WithoutTimes(json))!;
        ((JsonObject)root["provenance"]!).Remove("machine");
        return root.ToJsonString();
    }

    private static Task<string> TrialAtWorkAsync(string workspace) => UntilAsync(() =>
    {
        using var opened = Workspaces.OpenExisting(workspace, TimeProvider.System);
        var running = opened.Steps.List().Where(s => s is { Kind: "trial", State: StepState.Running }).Select(s => s.Key).ToList();
        return opened.Steps.Histories(running).FirstOrDefault(h => h.Value.Count > 2).Key;
    });

    // Until all has ended and Slurm has nothing more of it.
    private static async Task EndAsync(string workspace)
    {
        await UntilAsync(workspace, steps => steps.All(s => s.State is StepState.Done or StepState.Failed) ? "all" : null);
        string id = StudyId(workspace);
        await UntilAsync(() => ClusterJobs.CountActive(id, TimeProvider.System) is 0 ? "none" : null);
    }

    private static IReadOnlyList<StoredStep> Steps(string workspace)
    {
        using var opened = Workspaces.OpenExisting(workspace, TimeProvider.System);
        return opened.Steps.List();
    }

    private static string StudyId(string workspace)
    {
        using var opened = Workspaces.OpenExisting(workspace, TimeProvider.System);
        return opened.Jobs.List()[0].Id;
    }

    private static Task<T> UntilAsync<T>(string workspace, Func<IReadOnlyList<StoredStep>, T?> find)
        where T : class => UntilAsync(() => find(Steps(workspace)));

    private static async Task<T> UntilAsync<T>(Func<T?> find)
        where T : class
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (find() is { } found)
            {
                return found;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "It took too long.");
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
    }
}
