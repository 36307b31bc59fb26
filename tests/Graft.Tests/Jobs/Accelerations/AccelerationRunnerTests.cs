using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs.Accelerations;
using Graft.Latency;
using Graft.Operations;
using Graft.Steps;
using Graft.Tests.Engine.Local;
using Graft.Tests.Jobs.Studies;

namespace Graft.Tests.Jobs.Accelerations;

public sealed class AccelerationRunnerTests : IDisposable
{
    private static readonly LatencyTarget Target = new("a test's machine", "ONNX Runtime", 1, 1);

    private static readonly AccelerationPlan Plan = new()
    {
        Network = SmallStudy.Plan.Network,
        Data = SmallStudy.Plan.Data,
        Operations = ["teacher", "identity", "conv-stack(w=1/4,k=1)", "residual(w=1/4,k=1)"],
        HeldOut = SmallStudy.Plan.HeldOut,
        Teacher = SmallStudy.Plan.Teacher,
        Distillation = SmallStudy.Plan.Distillation,
        Latency = new() { WarmUpRuns = 1, MinRounds = 6, MaxRounds = 6 },
        Selection = new() { Budget = "0.9", Solutions = 3, MaxOverlap = 0.9, Images = 30, RandomArchitectures = 4 },
        FineTuning = new() { Epochs = 1, Recipe = SmallStudy.Plan.Trial, RandomArchitectures = 2, Budgets = [0.000001, 0.95] },
    };

    private readonly TemporaryDirectory _directory = new();
    private readonly Workspace _workspace;

    public AccelerationRunnerTests() => _workspace = Workspace.Open(_directory.File("workspace"), TimeProvider.System);

    [Fact]
    public async Task RunAsync_SmallPlan_GivesANetworkAndWhatItIsComparedWith()
    {
        var result = await RunAsync(Plan);

        Assert.Equal(["teacher", "accelerated", "without distillation", "budget 0.95", "teacher or identity", "random 1", "random 2"], result.Networks.Select(n => n.Name));
        Assert.StartsWith("budget 1E-06: no architecture is that fast; the fastest takes ", Assert.Single(result.Failures));
        Assert.All(result.Networks, network => Assert.InRange(network.Accuracy!.Value, network.AccuracyInterval!.Lower, network.AccuracyInterval.Upper));
        Assert.All(result.Networks, network => Assert.True(File.Exists(Path.Combine(_workspace.Directory, network.Weights!))));
        Assert.NotEmpty(result.Solutions);
        Assert.All(result.Solutions, solution => Assert.Equal((0.0, true), (solution.Gap, solution.PredictedMs <= result.BudgetMs)));
        Assert.Contains(result.Networks[1].Operations, operation => operation != "teacher");
        Assert.All(result.Candidates.Where(c => c.Operation == "teacher"), c => Assert.Equal((0.0, 0.0), (c.Score, c.LossRise)));
        Assert.All(result.Candidates, c => Assert.True(c.KullbackLeibler > -1e-6));
        Assert.Equal([2, 3], result.Unavailable.Select(u => u.Position)); // the identity where the shape changes
    }

    [Fact]
    public async Task RunAsync_NetworkWithSmallerOnes_TrainsOneFromScratchAsLong()
    {
        var result = await RunAsync(Plan with { Network = "wrn-10-2" });

        var smaller = result.Networks[^1];
        Assert.Equal("wrn-10-1", smaller.Name);
        Assert.InRange(smaller.Accuracy!.Value, 0, 1);
        Assert.True(smaller.LatencyMs!.Median > 0);
        Assert.Equal((null, null), (smaller.Score, smaller.AccuracyBefore));
        var trained = _workspace.Steps.List().Select(s => Step.FromJson(s.Specification)).OfType<TeacherStep>().Single(s => s.Network == "wrn-10-1");
        Assert.Equal(Plan.Teacher.Epochs + Plan.FineTuning.Epochs, trained.Epochs);
    }

    [Fact]
    public async Task RunAsync_Again_RunsNothingAndFindsTheSame()
    {
        var first = await RunAsync(Plan);
        var before = _workspace.Steps.List();

        var second = await RunAsync(Plan);

        Assert.Equal(before, _workspace.Steps.List());
        Assert.Equal(StepResults.ToJson(first), StepResults.ToJson(second));
    }

    [Fact]
    public async Task Estimate_BeforeAndAfter_CountsWhatIsLeft()
    {
        var graph = Graph(Plan with { Network = "wrn-10-2" });
        var before = Estimate(graph, []);
        await RunAsync(graph.Plan);
        var after = Estimate(graph, [.. _workspace.Steps.List().Select(s => s.Key)]);

        Assert.Equal(
            ["teacher", "distillation", "score", "architecture", "fine-tuning", "without distillation", "smaller network", "latency"], before.Kinds.Select(k => k.Kind));
        Assert.All(before.Kinds, kind => Assert.True(kind.Seconds > 0 && kind.Done == 0, kind.Kind));
        Assert.All(after.Kinds.Take(3), kind => Assert.Equal((kind.Steps, 0.0), (kind.Done, kind.Seconds)));
        Assert.Equal(before.Kinds.Sum(k => k.Seconds), before.Seconds);

        static AccelerationEstimate Estimate(AccelerationGraph graph, HashSet<string> done) =>
            AccelerationEstimate.Measure(graph, SmallStudy.Data, "cpu", new(Workers: 1, PerWorker: 1, Alone: 1), done, TimeProvider.System);
    }

    [Fact]
    public void Create_TeacherOfAStudy_IsTheSameStep() => Assert.Equal(SmallStudy.Graph().Teacher.Key, Graph(Plan).Teacher.Key);

    [Fact]
    public async Task RunAsync_BudgetThatNothingMeets_SaysTheSmallestAndKeepsWhatWasDone()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(Plan with { Selection = Plan.Selection with { Budget = "0.000001ms" } }));

        Assert.StartsWith("No architecture is within the latency budget of 1E-06 ms: the fastest takes ", error.Message);
        Assert.All(_workspace.Steps.List(), step => Assert.Equal(StepState.Done, step.State));
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
    }

    private static AccelerationGraph Graph(AccelerationPlan plan) => AccelerationGraph.Create(plan, SmallStudy.Data, Precision.Float32, importedSha256: null);

    private async Task<AccelerationResult> RunAsync(AccelerationPlan plan)
    {
        await using var jobs = new LocalJobRunner(SmallStudy.Executor(_workspace));
        var graph = Graph(plan);
        string table = _workspace.Artifacts.PathOf("latency/test.json");
        if (!File.Exists(table))
        {
            SaveLatencies(graph, table);
        }

        var measurement = new LatencyMeasurement(table, Target, plan.Latency, TimeProvider.System);
        var runner = new AccelerationRunner(_workspace, graph, jobs, new(Workers: 1, PerWorker: 1, Alone: 1), measurement, new Observer());
        return await runner.RunAsync(Target, TestContext.Current.CancellationToken);
    }

    // So small a network's own latencies are mostly noise; which architectures are fast enough is decided here.
    private static void SaveLatencies(AccelerationGraph graph, string path)
    {
        var milliseconds = new Dictionary<string, double> { ["teacher"] = 0.3, ["conv-stack(w=1/4,k=1)"] = 0.1, ["residual(w=1/4,k=1)"] = 0.15 };
        var own = OperationCatalog.Default.Parse("teacher");
        var subjects = graph.Candidates.Where(c => milliseconds.ContainsKey(c.Operation.Text))
            .Select(c => (Subject: LatencySubject.Of(c.Operation, c.Position), Ms: milliseconds[c.Operation.Text]))
            .Append((Subject: LatencySubject.Of(graph.Network, [.. graph.Network.Positions.Select(_ => own)], graph.Network.Name), Ms: 1.0));
        new LatencyTable
        {
            Target = Target,
            Entries = subjects.DistinctBy(s => s.Subject.Key).ToDictionary(
                s => s.Subject.Key, s => new LatencyEntry { Name = s.Subject.Name, SamplesMs = [.. Enumerable.Repeat(s.Ms, 6)], IsDone = true }),
        }.Save(path);
    }

    private sealed class Observer : IAccelerationObserver
    {
        void IStepObserver.Started(Step step)
        {
        }

        void IStepObserver.Progressed(Step step, StepProgress progress) => Assert.InRange(progress.Fraction, 0, 1);

        void IStepObserver.Ended(Step step, StoredStep stored)
        {
        }

        void IAccelerationObserver.StageStarted(string title, int steps) => Assert.NotEmpty(title);

        void IAccelerationObserver.Measured(int done, int of) => Assert.InRange(done, 0, of);
    }
}
