using System.Text.Json.Nodes;
using Graft.Cli.Tests.Commands;
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
        Assert.DoesNotContain(
            Directory.EnumerateFiles("alone", "*", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains(password, StringComparison.Ordinal)
        );
        await OtherCommandsAsync(StudyId("alone"), password);
    }

    [Fact]
    public async Task Study_NodeDiesAndDatabaseIsAwayForAMinute_LosesNothingElse()
    {
        string line = Prepare("faults", LongStudy);
        var submitted = await InProcess.RunAsync(line);
        Assert.True(submitted.Code == 0, submitted.Error);

        string node = await NodeOfTrialAsync("faults");
        SlurmCluster.Bash(
            $"$SCRIPTS/node.sh $S down {node}; scontrol update nodename={node} state=down reason=test; for j in $(squeue -h -t PENDING -o %A); do scontrol update jobid=$j StartTime=now 2>/dev/null; done; true"
        );
        SlurmCluster.Bash("$SCRIPTS/stop-postgres.sh $P; sleep 60; $SCRIPTS/start-postgres.sh $P");
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
    public async Task Study_Preempted_GoesOnFromTheCheckpoint()
    {
        string line = Prepare("preempted", LongStudy);
        await InProcess.RunAsync(line);
        string node = await NodeOfTrialAsync("preempted");

        SlurmCluster.Bash($"sbatch --partition=urgent --nodelist={node} --exclusive --job-name=urgent --output=/dev/null --wrap='sleep 5'");
        var shown = await InProcess.RunAsync($"{line} --wait --json");

        Assert.True(shown.Code == 0, shown.Error);
        Assert.Equal(await Long.Value, Comparable(shown.Output));
        var attempts = Steps("preempted").Select(s => s.Attempts).ToList();
        Assert.Contains(2, attempts); // what ran on the node
        Assert.All(attempts, a => Assert.InRange(a, 1, 2));
        Assert.Contains(
            Directory.EnumerateFiles("preempted/slurm/logs").Select(File.ReadAllText),
            log => log.Contains("saving a checkpoint", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Study_DiskOfTheArtifactsIsFull_GoesOnOnceThereIsSpace()
    {
        string line = Prepare("full", "study --plan plan.yaml --positions 1 --operations identity --seeds 6");
        string artifacts = Path.GetFullPath("full/artifacts");
        Directory.CreateDirectory(artifacts);
        Assert.SkipUnless(
            SlurmCluster.Bash($"mount -t tmpfs -o size=16m tmpfs {artifacts} && echo mounted || true") == "mounted",
            "Needs the right to mount a file system."
        );
        try
        {
            SlurmCluster.Bash($"dd if=/dev/zero of={artifacts}/filler bs=64k status=none; true");
            var refused = await InProcess.RunAsync(line);
            Assert.True(refused.Code == 0, refused.Error);
            await UntilAsync(() =>
                Directory.Exists("full/slurm/logs")
                && Directory.EnumerateFiles("full/slurm/logs").Any(f => File.ReadAllText(f).Contains(" is full. Free space", StringComparison.Ordinal))
                    ? "full"
                    : null
            );
            File.Delete($"{artifacts}/filler");

            int atOnce = 0;
            await UntilAsync(
                "full",
                steps =>
                {
                    atOnce = Math.Max(
                        atOnce,
                        SlurmCluster.Bash("squeue -h -r -t RUNNING -o '%j'").Split('\n').Count(name => name.StartsWith("graft-", StringComparison.Ordinal))
                    );
                    return steps.All(s => s.State is StepState.Done or StepState.Failed) ? "all" : null;
                }
            );
            await EndAsync("full");

            var shown = await InProcess.RunAsync($"{line} --json");
            Assert.True(shown.Code == 0, shown.Error);
            Assert.Equal(await ReferenceAsync("full", "study --plan plan.yaml --positions 1 --operations identity --seeds 6"), Comparable(shown.Output));
            Assert.Equal(6, atOnce); // as many as the nodes have cores
        }
        finally
        {
            SlurmCluster.Bash($"umount {artifacts}");
        }
    }

    [Fact]
    public async Task Study_OnnxNetwork_GivesWhatALocalRunGives()
    {
        Playground.WriteImages("ten-cluster", classes: 10, train: 4, test: 2, size: 32);
        File.Copy(OnnxNetworkTests.FileOf("resnet20-cifar10-folded"), "cluster.onnx", overwrite: true);
        File.WriteAllText("onnx-cluster.yaml", """
            network: cluster.onnx
            data: ten-cluster
            images: { normalization: imagenet }
            positions: [2]
            operations: ["conv-stack(w=1,k=3)"]
            epochs: 1
            seeds: 1
            precision: fp32
            distillation: { batchSize: 16, minSteps: 8 }
            trial: { batchSize: 16, learningRate: 0.01 }
            """);
        string line = Prepare("onnx", "study --plan onnx-cluster.yaml");

        var shown = await InProcess.RunAsync($"{line} --wait --json");

        Assert.True(shown.Code == 0, shown.Error);
        Assert.Equal(await ReferenceAsync("onnx", "study --plan onnx-cluster.yaml"), Comparable(shown.Output));
    }

    [Fact]
    public async Task Train_OnSlurm_HandsOverTheWeightsOfALocalRun()
    {
        const string Training = "train --network wrn-10-1 --data images --epochs 2 --precision fp32";
        string line = Prepare("training", Training);

        var dry = await InProcess.RunAsync($"{line} --out slurm.safetensors --dry-run");
        Assert.Contains("# 1 of 2, to sbatch\n#!/bin/bash\n", dry.Output, StringComparison.Ordinal);
        var submitted = await InProcess.RunAsync($"{line} --out slurm.safetensors");
        Assert.True(submitted.Code == 0, submitted.Error);
        Assert.Contains("1 step of 1 submitted to Slurm", submitted.Error, StringComparison.Ordinal);
        await UntilAsync(() => File.Exists("slurm.safetensors") ? "there" : null); // the cluster gives the command again, which writes it
        await UntilAsync(() => ClusterJobs.CountActive(Step.IdOf(Steps("training")[0].Key), TimeProvider.System) is 0 ? "none" : null); // and ends
        Assert.StartsWith(
            "Slurm has nothing of ",
            (await InProcess.RunAsync($"cancel {Steps("training")[0].Key} --workspace training")).Output,
            StringComparison.Ordinal
        );

        Environment.SetEnvironmentVariable("GRAFT_STORE", null);
        await using var local = new CliProcess($"{Training} --workspace local-training --out local.safetensors", ("DOTNET_PROCESSOR_COUNT", "1"));
        Assert.Equal(0, (await local.EndAsync()).Code);
        Assert.Equal(
            await File.ReadAllBytesAsync("local.safetensors", TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync("slurm.safetensors", TestContext.Current.CancellationToken)
        );
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
        Assert.EndsWith(
            "is a file, which the nodes of a cluster cannot share. Give another workspace, and a PostgreSQL database for its record "
                + "(--workspace, --store \"Host=db;Database=graft\").",
            result.Error.TrimEnd()
        );
    }

    // The other commands on a record in PostgreSQL.
    private static async Task OtherCommandsAsync(string id, string password)
    {
        var doctor = await InProcess.RunAsync("doctor --workspace alone --json");
        Assert.Contains("(alone); 1 study or acceleration, 7 steps", doctor.Output, StringComparison.Ordinal);
        using var use = System.Text.Json.JsonDocument.Parse((await InProcess.RunAsync("workspace --workspace alone --json")).Output);
        Assert.True(use.RootElement.GetProperty("recordBytes").GetInt64() > 50_000);
        Assert.NotEqual(0, use.RootElement.GetProperty("files").GetArrayLength());
        var packed = await InProcess.RunAsync($"pack {id} --workspace alone --out alone.zip");
        Assert.True(packed.Code == 0, packed.Error);
        using var zip = System.IO.Compression.ZipFile.OpenRead("alone.zip");
        Assert.NotEmpty(zip.Entries);
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            Assert.DoesNotContain(password, await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
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

    private static Task<StoredStep> TrialAtWorkAsync(string workspace) => UntilAsync(() =>
    {
        using var opened = Workspaces.OpenExisting(workspace, TimeProvider.System);
        var running = opened.Steps.List().Where(s => s is { Kind: "trial", State: StepState.Running }).ToDictionary(s => s.Key);
        return opened.Steps.Histories([.. running.Keys]).Where(h => h.Value.Count is > 2 and < 200).Select(h => running[h.Key]).FirstOrDefault();
    });

    // The node that a trial is at work on, with half of its epochs to come: other nodes' tasks may have no step.
    private static Task<string> NodeOfTrialAsync(string workspace) =>
        UntilAsync(async () => SlurmCluster.NodeOf((await TrialAtWorkAsync(workspace)).Holder!.Split(' ')[^1])); // "MACHINE, process ID"

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

    private static Task<T> UntilAsync<T>(Func<T?> find)
        where T : class => UntilAsync(() => Task.FromResult(find()));

    private static async Task<T> UntilAsync<T>(Func<Task<T?>> find)
        where T : class
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await find() is { } found)
            {
                return found;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "It took too long.");
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
    }
}
