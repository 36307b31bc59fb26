using System.Diagnostics;
using System.Globalization;
using Graft.Engine;
using Graft.Jobs;

namespace Graft.Cli.Tests.Cluster;

/// <summary>
/// How many steps a minute nodes get done, with steps that only let time pass, so that the nodes of one machine do not share what they work with. The figures
/// of docs/cluster.md are those of 18 steps: GRAFT_TEST_THROUGHPUT=18.
/// </summary>
[Collection("studies")]
[Trait("Category", "Cluster")]
public sealed class ThroughputTests
{
    private const int Seconds = 15;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nodes_StepsThatLetTimePass_RunEachOnce(int nodes)
    {
        string? steps = Environment.GetEnvironmentVariable("GRAFT_TEST_THROUGHPUT");
        Assert.SkipWhen(steps is null, "Takes minutes: set GRAFT_TEST_THROUGHPUT to the number of steps.");
        string name = $"throughput-{Guid.NewGuid():N}";
        string store = SlurmCluster.Store(name);
        string others = string.Join(",", Enumerable.Range(nodes + 1, 3 - nodes).Select(i => $"n{i}"));
        try
        {
            Drain(others);
            using var session = GraftSession.Open(
                new()
                {
                    Workspace = name,
                    Store = store,
                    Device = "cpu",
                    Kinds = [new PausingKind()],
                    Cluster = new()
                    {
                        Profile = new() { Cpus = 1, Memory = "1500M", Setup = $"export GRAFT_OPERATIONS={typeof(PausingKind).Assembly.Location}" },
                        StartTask = arguments => Program.StartInfo(["step", .. arguments]),
                    },
                }
            );
            var job = new PausingJob(session, int.Parse(steps, CultureInfo.InvariantCulture));
            long start = Stopwatch.GetTimestamp();

            job.Submit();
            double submitted = Stopwatch.GetElapsedTime(start).TotalSeconds;
            while (job.Stored.Any(s => s.State is not (StepState.Done or StepState.Failed)))
            {
                await Task.Delay(500, TestContext.Current.CancellationToken);
            }

            double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Assert.All(job.Stored, step => Assert.Equal((StepState.Done, 1), (step.State, step.Attempts)));
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{nodes} nodes: {job.Stored.Count} steps of {Seconds} s in {took:0.0} s, {60 * job.Stored.Count / took:0.0} a minute; submitted in {submitted:0.00} s"
            );
        }
        finally
        {
            if (others.Length > 0)
            {
                SlurmCluster.Bash($"scontrol update nodename={others} state=resume");
            }
        }
    }

    private static void Drain(string nodes)
    {
        if (nodes.Length > 0)
        {
            SlurmCluster.Bash($"scontrol update nodename={nodes} state=drain reason=throughput");
        }
    }

    private sealed class PausingJob : GraftJob<int>
    {
        private readonly List<PausingStep> _steps;

        public PausingJob(GraftSession session, int steps)
            : base(session, session.LoadData("images"))
        {
            _steps = [.. Enumerable.Range(1, steps).Select(i => new PausingStep { Seconds = Seconds, Number = i })];
        }

        public IReadOnlyCollection<StoredStep> Stored => [.. Session.Workspace.Steps.FindAll([.. _steps.Select(s => s.Key)]).Values];

        public override int Result => Stored.Count(s => s.State == StepState.Done);

        public override IReadOnlyList<Step> Steps(IStepResults results) => _steps;
    }
}
