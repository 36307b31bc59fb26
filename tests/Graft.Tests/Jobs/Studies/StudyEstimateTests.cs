using Graft.Analysis;
using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Steps;
using Graft.Tests.Engine.Local;
using Graft.Tests.Training;

namespace Graft.Tests.Jobs.Studies;

public sealed class StudyEstimateTests : IDisposable
{
    private static readonly StudyGraph Graph = SmallStudy.Graph();

    private readonly TemporaryDirectory _directory = new();
    private readonly GraftSession _session;

    public StudyEstimateTests() => _session = GraftSession.Open(new() { Workspace = _directory.File("workspace"), Device = "cpu" });

    [Fact]
    public void Estimate_NothingDone_CountsAllStepsAndWritesNothing()
    {
        var estimate = Estimate();

        Assert.Equal([("teacher", 1, 0), ("distillation", 1, 0), ("trial", 3, 0)], estimate.Kinds.Select(k => (k.Kind, k.Steps, k.Done)));
        Assert.All(estimate.Kinds, kind => Assert.True(kind.Seconds > 0));
        Assert.Equal(estimate.StartSeconds + estimate.Kinds.Sum(k => k.Seconds), estimate.Seconds, tolerance: 1e-9);
        Assert.True(estimate.TrainingImagesPerSecond > 0);
        Assert.False(Directory.Exists(_directory.File("workspace")));
    }

    [Fact]
    public void Estimate_DoneSteps_TakeNoTime()
    {
        SmallStudy.FakeTeacher(_session.Workspace, Graph);

        var estimate = Estimate();

        Assert.Equal([("teacher", 1, 1), ("distillation", 1, 0), ("trial", 3, 0)], estimate.Kinds.Select(k => (k.Kind, k.Steps, k.Done)));
        Assert.Equal(0, estimate.Kinds[0].Seconds);
    }

    // Two seeds on 24 images that answer at random decide nothing.
    [Fact]
    public void Estimate_UntilDecided_CountsWhatTheLooksAskForWhoseResultsAreThere()
    {
        var job = StudyJob.Create(
            _session, SmallStudy.Plan with { Precision = "fp32", Seeds = 2, UntilDecided = new() { MaxSeeds = 4 } }, SmallStudy.Data);
        var before = job.Estimate(TestContext.Current.CancellationToken);
        Assert.Equal((6, 0, 6), (before.Kinds[^1].Steps, before.Kinds[^1].Done, before.FurtherTrials));
        Assert.False(Directory.Exists(_directory.File("workspace")));
        SmallStudy.FakeTeacher(_session.Workspace, job.Graph);
        foreach (var (i, trial) in job.Graph.Trials.Where(t => t.Seed <= 2).Index())
        {
            SmallStudy.Declare(_session.Workspace, [trial]);
            var outcome = TestOutcome.FromPredictions([.. Enumerable.Range(0, 24).Select(image => (image + (3 * i)) % 24 < 12 + (i % 2) ? 1 : 0)], new int[24]);
            _session.Workspace.Steps.Complete(trial.Key, StepResults.ToJson(new TrialStepResult(0.5, 0.1, 1, 1)), seconds: 1, outcome);
        }

        var after = job.Estimate(TestContext.Current.CancellationToken);

        Assert.Equal([("teacher", 1, 1), ("distillation", 3, 0), ("trial", 9, 6)], after.Kinds.Select(k => (k.Kind, k.Steps, k.Done)));
        Assert.Equal(3, after.FurtherTrials);
        Assert.Equal(6, job.StepsLeft());
    }

    [Theory]
    [InlineData("this machine", true)]
    [InlineData("another machine", false)]
    public void Estimate_StepsThatRan_TakeAsLongAsThose(string machine, bool isAsRun)
    {
        var environment = MachineInformation.Read("cpu") with { Threads = _session.Cores.ThreadsPerWorker };
        string json = StepResults.ToJson(isAsRun ? environment : environment with { Machine = machine });
        var plan = SmallStudy.Plan with { Precision = "fp32", Seeds = 4, Operations = ["teacher"], Positions = ["1"] };
        var job = StudyJob.Create(_session, plan, SmallStudy.Data);
        SmallStudy.Declare(_session.Workspace, job.Graph.Steps);
        foreach (var trial in job.Graph.Trials.Take(3))
        {
            _session.Workspace.Steps.MarkRunning(trial.Key, json, "a process");
            _session.Workspace.Steps.Complete(trial.Key, "{}", seconds: 7200);
        }

        var trials = job.Estimate(TestContext.Current.CancellationToken).Kinds.Single(k => k.Kind == "trial");

        Assert.Equal((4, 3, isAsRun), (trials.Steps, trials.Done, trials.IsAsRun));
        Assert.Equal(isAsRun, Math.Abs(trials.Seconds - (7200.0 / _session.Cores.Workers)) < 1);
    }

    // One ran while the process was stopped, another was killed just before its end: only its last seconds are known.
    [Fact]
    public void Estimate_StepsThatWereStopped_DoNotCount()
    {
        string json = StepResults.ToJson(MachineInformation.Read("cpu") with { Threads = _session.Cores.ThreadsPerWorker });
        var plan = SmallStudy.Plan with { Precision = "fp32", Seeds = 6, Operations = ["teacher"], Positions = ["1"] };
        var job = StudyJob.Create(_session, plan, SmallStudy.Data);
        SmallStudy.Declare(_session.Workspace, job.Graph.Steps);
        foreach (var (trial, seconds) in job.Graph.Trials.Zip(new[] { 7200.0, 7200, 900_000, 7200, 1 }))
        {
            for (int attempt = 0; attempt < (seconds == 1 ? 2 : 1); attempt++)
            {
                _session.Workspace.Steps.MarkRunning(trial.Key, json, "a process");
            }

            _session.Workspace.Steps.Complete(trial.Key, "{}", seconds);
        }

        var trials = job.Estimate(TestContext.Current.CancellationToken).Kinds.Single(k => k.Kind == "trial");

        Assert.Equal((6, 5, true), (trials.Steps, trials.Done, trials.IsAsRun));
        Assert.Equal(7200.0 / _session.Cores.Workers, trials.Seconds, tolerance: 1);
    }

    [Fact]
    public void Estimate_InOtherProcesses_CountsTheirStart()
    {
        using var session = GraftSession.Open(new()
        {
            Workspace = _directory.File("workspace"),
            Device = "cpu",
            StartWorker = _ => throw new InvalidOperationException("Nothing is run here."),
        });

        var estimate = StudyJob.Create(session, SmallStudy.Plan with { Precision = "fp32" }, SmallStudy.Data).Estimate(TestContext.Current.CancellationToken);

        Assert.True(estimate.StartSeconds >= 1);
        Assert.Equal(0, _session.StartSeconds(SmallStudy.Data));
    }

    [Fact]
    public void WorkOf_Trial_GrowsWithItsEpochs()
    {
        double one = WorkOf(Graph.Trials[0]), two = WorkOf(Graph.Trials[0] with { Epochs = 2 });

        // 36 images trained on at three passes each and 4 held out, for an epoch more.
        Assert.Equal(Graph.NetworkCost.Work * ((3.0 * 36) + 4), two - one, tolerance: 1);
    }

    [Fact]
    public void WorkOf_Distillation_CountsTheStepsThatAreTakenAtLeast()
    {
        var step = Graph.Distillations[0];

        Assert.Equal(3, Work(3000) / Work(1000), tolerance: 1e-9);
        Assert.Equal(Work(null), Work(1));

        double Work(int? steps) => WorkOf(step with { Recipe = step.Recipe with { MinSteps = steps } });
    }

    [Fact]
    public void WorkOf_Predictors_CountsPassesInFp32AndWhatImagesDoNotChange()
    {
        var step = Predictors(null).Predictors[0];

        // Opening networks, and a second of rounds of latency.
        Assert.Equal(1.1 * NetworkCosts.TypicalWorkASecond, Work(0), tolerance: 1);
        Assert.Equal(11 * 4 * Graph.NetworkCost.Work, Work(3) - Work(2), tolerance: 1);

        double Work(int images) => WorkOf(step with { Recipe = step.Recipe with { Images = images } });
    }

    // On a Zen 5 core, whose thread trains 850 images a second, they took 5 s.
    [Fact]
    public void WorkOf_PredictorsOfResNet20_IsAsLongAsTheyTook()
    {
        var step = Predictors(null).Predictors[0];
        var services = SmallStudy.Services(GeneratedData.Create(size: 32));
        double training = 3 * services.Get<NetworkCosts>().OfNetwork("resnet-20").Work;

        var large = step with { Network = "resnet-20", Recipe = step.Recipe with { Images = 256, BatchSize = 128 } };

        Assert.InRange(BuiltInKinds.Create().Of(large).WorkOf(large, services) / training / 850, 4, 6.5);
    }

    [Fact]
    public void WorkOf_MeasureOfLatency_HasTheSecondThatItsRoundsTake()
    {
        var measures = Predictors(["cka", "latency"]).Measures;

        double cka = WorkOf(measures.First(m => m.Measure == "cka")), latency = WorkOf(measures.First(m => m.Measure == "latency"));

        Assert.Equal(NetworkCosts.TypicalWorkASecond, latency - cka, tolerance: 1);
    }

    [Fact]
    public void WorkOf_AnyStep_IsPositive() => Assert.All(Graph.Steps, step => Assert.True(WorkOf(step) > 0));

    public void Dispose()
    {
        _session.Dispose();
        _directory.Dispose();
    }

    private JobEstimate Estimate() =>
        StudyJob.Create(_session, SmallStudy.Plan with { Precision = "fp32" }, SmallStudy.Data).Estimate(TestContext.Current.CancellationToken);

    private static StudyGraph Predictors(IReadOnlyList<string>? measures) =>
        SmallStudy.Graph(SmallStudy.Plan with { Predictors = new() { Images = 4, BatchSize = 2, Measures = measures } });

    private static double WorkOf(Step step) => BuiltInKinds.Create().Of(step).WorkOf(step, SmallStudy.Services());
}
