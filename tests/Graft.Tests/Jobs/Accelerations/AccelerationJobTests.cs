using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Latency;
using Graft.Operations;
using Graft.Steps;
using Graft.Tests.Engine.Local;
using Graft.Tests.Jobs.Studies;

namespace Graft.Tests.Jobs.Accelerations;

public sealed class AccelerationJobTests : IDisposable
{
    private static readonly AccelerationPlan Plan = new()
    {
        Network = SmallStudy.Plan.Network,
        Data = SmallStudy.Plan.Data,
        Operations = ["teacher", "identity", "conv-stack(w=1/4,k=1)", "residual(w=1/4,k=1)"],
        Precision = "fp32",
        HeldOut = SmallStudy.Plan.HeldOut,
        Teacher = SmallStudy.Plan.Teacher,
        Distillation = SmallStudy.Plan.Distillation,
        Latency = new() { WarmUpRuns = 1, MinRounds = 6, MaxRounds = 6 },
        Selection = new() { Budget = "0.9", Solutions = 3, MaxOverlap = 0.9, Images = 30, RandomArchitectures = 4 },
        FineTuning = new() { Epochs = 1, Recipe = SmallStudy.Plan.Trial, RandomArchitectures = 2, Budgets = [0.000001, 0.95] },
    };

    private readonly TemporaryDirectory _directory = new();
    private readonly GraftSession _session;

    public AccelerationJobTests() => _session = GraftSession.Open(new() { Workspace = _directory.File("workspace"), Device = "cpu" });

    [Fact]
    public async Task RunAsync_SmallPlan_GivesANetworkAndWhatItIsComparedWith()
    {
        var result = await RunAsync(Plan);

        Assert.Equal(["teacher", "accelerated", "without distillation", "budget 0.95", "teacher or identity", "random 1", "random 2"], result.Networks.Select(n => n.Name));
        Assert.StartsWith("budget 1E-06: no architecture is that fast; the fastest takes ", Assert.Single(result.Failures));
        Assert.All(result.Networks, network => Assert.InRange(network.Accuracy!.Value, network.AccuracyInterval!.Lower, network.AccuracyInterval.Upper));
        Assert.All(result.Networks, network => Assert.True(File.Exists(PathOf(network.Weights!))));
        Assert.True(File.Exists(PathOf(result.Model!)));
        Assert.NotEmpty(result.Solutions);
        Assert.All(result.Solutions, solution => Assert.Equal(0.0, solution.Gap));
        Assert.Contains(result.Networks[1].Operations, operation => operation != "teacher");
        Assert.All(result.Candidates.Where(c => c.Operation == "teacher"), c => Assert.Equal((0.0, 0.0), (c.Score, c.LossRise)));
        Assert.All(result.Candidates, c => Assert.True(c.KullbackLeibler > -1e-6));
        Assert.Equal([2, 3], result.Unavailable.Select(u => u.Position)); // the identity where the shape changes
        Assert.NotNull(result.Provenance!.Finished);
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
        var trained = _session.Workspace.Steps.List().Select(s => _session.Kinds.Parse(s.Specification)).OfType<TeacherStep>().Single(s => s.Network == "wrn-10-1");
        Assert.Equal(Plan.Teacher.Epochs + Plan.FineTuning.Epochs, trained.Epochs);
    }

    [Fact]
    public async Task RunAsync_Again_RunsNothingAndFindsTheSame()
    {
        var first = await RunAsync(Plan);
        var before = _session.Workspace.Steps.List();

        var second = await RunAsync(Plan);

        Assert.Equal(before, _session.Workspace.Steps.List());
        Assert.Equal(StepResults.ToJson(first), StepResults.ToJson(second));
        var stored = _session.Workspace.Jobs.Find(first.Acceleration);
        Assert.Equal(StepResults.ToJson(first), StepResults.ToJson(AccelerationResultBuilder.Build(stored, _session.Workspace)));
    }

    [Fact]
    public async Task Estimate_BeforeAndAfter_CountsWhatIsLeft()
    {
        var before = Job(Plan with { Network = "wrn-10-2" }).Estimate();
        await RunAsync(Plan with { Network = "wrn-10-2" });
        var after = Job(Plan with { Network = "wrn-10-2" }).Estimate();

        Assert.Equal(
            ["architecture", "distillation", "export", "fine-tuning", "latency", "score", "selection", "teacher"], before.Kinds.Select(k => k.Kind).Order(StringComparer.Ordinal));
        Assert.All(before.Kinds, kind => Assert.True(kind.Seconds > 0 && kind.Done == 0, kind.Kind));
        Assert.All(after.Kinds.Where(k => k.Kind is "distillation" or "score"), kind => Assert.Equal((kind.Steps, 0.0), (kind.Done, kind.Seconds)));
        Assert.Equal(before.Kinds.Sum(k => k.Seconds), before.Seconds);
    }

    [Fact]
    public void Steps_BeforeAnythingRan_NamesTheTeacherOfAStudyAndAllCandidates()
    {
        var steps = Job(Plan).Steps(new NothingEnded());

        Assert.Equal(SmallStudy.Graph().Teacher.Key, steps[0].Key);
        Assert.Equal(["teacher", "distillation", "score", "latency"], steps.Select(s => s.Kind).Distinct());
    }

    [Fact]
    public async Task RunAsync_BudgetThatNothingMeets_SaysTheSmallestAndKeepsWhatWasDone()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(Plan with { Selection = Plan.Selection with { Budget = "0.000001ms" } }));

        Assert.StartsWith("No architecture is within the latency budget of 1E-06 ms: the fastest takes ", error.Message);
        Assert.All(_session.Workspace.Steps.List().Where(s => s.Kind != "selection"), step => Assert.Equal(StepState.Done, step.State));
    }

    public void Dispose()
    {
        _session.Dispose();
        _directory.Dispose();
    }

    private string PathOf(string file) => Path.Combine(_session.Workspace.Location, file);

    private AccelerationJob Job(AccelerationPlan plan)
    {
        string table = _directory.File($"{plan.Network}.json");
        SaveLatencies(plan, table);
        return AccelerationJob.Create(_session, plan, SmallStudy.Data, new(table, AllowForeign: true));
    }

    private Task<AccelerationResult> RunAsync(AccelerationPlan plan) => Job(plan).RunAsync(cancellation: TestContext.Current.CancellationToken);

    // So small a network's own latencies are mostly noise; which architectures are fast enough is decided here.
    private static void SaveLatencies(AccelerationPlan plan, string path)
    {
        var milliseconds = new Dictionary<string, double> { ["teacher"] = 0.3, ["conv-stack(w=1/4,k=1)"] = 0.1, ["residual(w=1/4,k=1)"] = 0.15 };
        var network = new NetworkCosts(SmallStudy.Data).Define(plan.Network);
        var subjects = network.Positions.SelectMany(position => milliseconds.Select(o => (Subject: LatencySubject.Of(OperationCatalog.Default.Parse(o.Key), position), Ms: o.Value)))
            .Append((Subject: LatencySubject.Of(network), Ms: 1.0));
        new LatencyTable
        {
            Target = new("a test's machine", "ONNX Runtime", 1, 1),
            Entries = subjects.DistinctBy(s => s.Subject.Key).ToDictionary(
                s => s.Subject.Key, s => new LatencyEntry { Name = s.Subject.Name, SamplesMs = [.. Enumerable.Repeat(s.Ms, 6)], IsDone = true }),
        }.Save(path);
    }

    private sealed class NothingEnded : IStepResults
    {
        public StoredStep? Ended(string key) => null;
    }
}
