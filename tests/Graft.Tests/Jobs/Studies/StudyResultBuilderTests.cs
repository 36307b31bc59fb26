using System.Text.Json;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Jobs.Tables;
using Graft.Steps;
using Graft.Tests.Analysis.Findings;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Jobs.Studies;

/// <summary>Results from a record that is filled by hand: no step runs.</summary>
public sealed class StudyResultBuilderTests : IDisposable
{
    private static readonly StudyGraph Graph = SmallStudy.Graph(SmallStudy.Plan with { Seeds = 3 });

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Workspace _workspace;

    public StudyResultBuilderTests()
    {
        _workspace = Workspace.Open(_directory.Path, _time);
        SmallStudy.Declare(_workspace, Graph.Steps);
    }

    [Fact]
    public void Build_ThreeTrials_GivesMeanAndSampleDeviation()
    {
        Finish("identity", 0.90, 0.92, 0.97);

        var cell = Cell("identity");

        Assert.Equal([0.90, 0.92, 0.97], cell.Accuracies);
        Assert.Equal(0.93, cell.Mean!.Value, tolerance: 1e-12);
        Assert.Equal(Math.Sqrt((0.0009 + 0.0001 + 0.0016) / 2), cell.Std!.Value, tolerance: 1e-12);
    }

    [Fact]
    public void Build_OneTrial_HasNoDeviation()
    {
        Finish("identity", 0.9);

        Assert.Equal((0.9, null, StepState.Pending), (Cell("identity").Mean, Cell("identity").Std, Cell("identity").State));
    }

    [Fact]
    public void Build_TrialThatRuns_IsRunningAndInterruptedOnceItIsBrokenOff()
    {
        Finish("identity", 0.9);
        string key = Trials("identity")[1].Key;
        _workspace.Steps.MarkRunning(key, StepResults.ToJson(SmallStudy.Environment), "a process");
        var running = Cell("identity").State;

        _workspace.Steps.BreakOff([key], seconds: 1);

        Assert.Equal((StepState.Running, StepState.Interrupted), (running, Cell("identity").State));
    }

    [Fact]
    public void Tables_OfPairs_SayWhichOperationCountsWithAPlus()
    {
        var analysis = new MadeUpStudy()
            .With(1, "teacher", 0.90).With(1, "conv-stack(w=1,k=3)", 0.90).With(1, "conv-stack(w=2,k=3)", 0.93).Analyze();

        var pairs = StudyResultTables.Of(Build() with { Analysis = analysis }).Single(t => t.Name == "pairs");

        var row = pairs.Columns.Zip(Assert.Single(pairs.Rows)).ToDictionary(x => x.First.Name);
        Assert.Equal(("conv-stack(w=1,k=3)", "conv-stack(w=2,k=3)"), (row["first"].Second, row["second"].Second));
        Assert.Equal(0.03, (double)row["difference"].Second!, tolerance: 0.01);
        Assert.EndsWith("counts with a plus.", row["second"].First.Meaning);
        Assert.EndsWith("counts with a minus.", row["first"].First.Meaning);
    }

    [Fact]
    public void Tables_SequentialStudy_HaveTheVerdictThatHolds()
    {
        var analysis = new MadeUpStudy().With(1, "teacher", 0.90).With(1, "identity", 0.70).Analyze();
        var cell = new SequentialCell { Position = 1, Operation = "identity", Epochs = 25, Verdict = VerdictKind.Undecided, Seeds = 2 };
        var sequential = new SequentialJudgement { Margin = 0.005, Looks = [2], Cells = [cell], Requests = [] };

        Assert.Equal("worse", Verdict(Build() with { Analysis = analysis }));
        Assert.Equal("undecided", Verdict(Build() with { Analysis = analysis, Sequential = sequential }));

        static object? Verdict(StudyResult study)
        {
            var verdicts = StudyResultTables.Of(study).Single(t => t.Name == "verdicts");
            return verdicts.Columns.Zip(Assert.Single(verdicts.Rows)).Single(x => x.First.Name == "verdict").Second;
        }
    }

    [Theory]
    [InlineData(0.802, 0.10, 1000, "the unchanged network fell from 80.20 to 10.00 % by training on for 1 epoch: lower trial.learningRate; nothing is learned")]
    [InlineData(0.802, 0.40, 1000, "the unchanged network fell from 80.20 to 40.00 % by")] // of 70.2 points above chance, 40.2
    [InlineData(0.802, 0.50, 1000, null)]
    [InlineData(0.802, 0.40, null, "the unchanged network fell")]
    [InlineData(0.100, 0.05, 1000, null)] // there was nothing to lose
    public void Build_UnchangedNetworkLosesMostOfWhatItHad_IsRemarkedUpon(double teacher, double after, int? images, string? expected)
    {
        FinishTeacher(teacher);
        Finish("teacher", after, after, after);
        FinishOthers();
        var outline = StudyOutline.Of(Graph, new(2, 1, 2)) with { TestImages = images, Chance = images is null ? null : 0.1 };

        var result = StudyResultBuilder.Build(outline, _workspace.Steps);
        string? remark = result.Remarks.SingleOrDefault();

        Assert.Equal(expected, expected is null ? remark : remark?[..expected.Length]);
        Assert.Equal(expected is null, result.Analysis!.Next.Count > 0); // what is advised beside the remark would be for nothing
    }

    // "Add the unchanged network", "run a second seed": both may be what is being done.
    [Fact]
    public void Build_UnfinishedStudy_AdvisesNothing()
    {
        FinishTeacher(0.9);
        Finish("identity", 0.8, 0.81, 0.82);
        var half = Build();

        Finish("teacher", 0.9, 0.91, 0.92);
        FinishOthers();

        Assert.Equal((JobState.Incomplete, 0), (half.State, half.Analysis!.Next.Count));
        Assert.NotEmpty(Build().Analysis!.Next);
    }

    [Fact]
    public void Build_BaselineOfTheSameLength_IsWhatCellsDifferFrom()
    {
        FinishTeacher(0.5);
        Finish("teacher", 0.90, 0.92, 0.94);
        Finish("identity", 0.88, 0.90, 0.92);

        Assert.Equal(-0.02, Cell("identity").DifferenceToTeacher!.Value, tolerance: 1e-12);
        Assert.Equal(0, Cell("teacher").DifferenceToTeacher);
    }

    [Fact]
    public void Build_BaselineWithMoreSeeds_DiffersOverThoseThatBothHave()
    {
        Finish("teacher", 0.90, 0.92, 0.99);
        Finish("identity", 0.88, 0.90);

        Assert.Equal(-0.02, Cell("identity").DifferenceToTeacher!.Value, tolerance: 1e-12);
    }

    [Fact]
    public void Build_TeacherWithClassesInAnotherOrder_SaysSo()
    {
        var teacher = new TeacherStepResult(0.7, 1, 1, "weights/x") { OtherOrder = "the classes are in another order." };
        _workspace.Steps.Complete(Graph.Teacher.Key, StepResults.ToJson(teacher), seconds: 1);
        var outline = StudyOutline.Of(Graph, new(2, 1, 2)) with { TestImages = 100, Chance = 0.1 };

        Assert.Equal(
            "the teacher gets 70.00 % of the test images right; the classes are in another order.",
            StudyResultBuilder.Build(outline, _workspace.Steps).Teacher.Remark);
    }

    [Fact]
    public async Task RunAsync_TeacherWithClassesInAnotherOrder_IsRefused()
    {
        using var session = GraftSession.Open(new() { Workspace = _directory.File("ended"), Device = "cpu" });
        var plan = SmallStudy.Plan with { Precision = "fp32" };
        var steps = session.Workspace.Steps;
        SmallStudy.FakeTeacher(session.Workspace, SmallStudy.Graph(plan));
        var stored = steps.List().Single(s => s.Kind == TeacherKind.KindName);
        var teacher = StepResults.FromJson<TeacherStepResult>(stored.Result!) with { OtherOrder = "the classes are in another order." };
        steps.Invalidate(stored.Key);
        steps.Complete(stored.Key, StepResults.ToJson(teacher), seconds: 1);

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => StudyJob.Create(session, plan, SmallStudy.Data).RunAsync(cancellation: TestContext.Current.CancellationToken));

        Assert.Equal("nothing is made of this teacher: the classes are in another order.", refused.Message);
        Assert.DoesNotContain(steps.List(), s => s.Kind != TeacherKind.KindName && s.Result is not null);
    }

    [Fact]
    public void Build_PlanWithoutBaseline_DiffersFromTheTeacherItself()
    {
        var graph = SmallStudy.Graph(Graph.Plan with { Operations = ["identity"] });
        FinishTeacher(0.5);
        Finish("identity", 0.75);

        var cell = StudyResultBuilder.Build(StudyOutline.Of(graph, new(2, 1, 2)), _workspace.Steps).Cells.Single();

        Assert.Equal((0.25, 1), (cell.DifferenceToTeacher, cell.DifferenceSeeds));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Build_BaselineIsNotThereYetOrFailed_NoDifference(bool failed)
    {
        FinishTeacher(0.5);
        Finish("identity", 0.75, 0.75);
        foreach (var trial in Trials("teacher").Where(_ => failed))
        {
            _workspace.Steps.Fail(trial.Key, "diverged", seconds: 1);
        }

        Assert.Equal((null, 0), (Cell("identity").DifferenceToTeacher, Cell("identity").DifferenceSeeds));
        Assert.Equal((null, 0), (Cell("teacher").DifferenceToTeacher, Cell("teacher").DifferenceSeeds));
    }

    [Fact]
    public void Build_NothingDone_IsPendingWithoutNumbers()
    {
        var cell = Cell("identity");

        Assert.Equal((StepState.Pending, null, null, null), (cell.State, cell.Mean, cell.Std, cell.DifferenceToTeacher));
        Assert.Empty(cell.Accuracies);
        Assert.Equal(
            (JobState.Incomplete, StepState.Pending, null, null),
            (Build().State, Build().Teacher.State, Build().Teacher.Accuracy, Build().Teacher.Weights)
        );
    }

    [Fact]
    public void Build_NoStepDeclared_IsPending()
    {
        using var directory = new TemporaryDirectory();
        using var empty = Workspace.Open(directory.Path, new ManualTime());

        var result = StudyResultBuilder.Build(StudyOutline.Of(Graph, new(2, 1, 2)), empty.Steps);

        Assert.Equal(JobState.Incomplete, result.State);
        Assert.All(result.Cells, cell => Assert.Equal(StepState.Pending, cell.State));
    }

    [Fact]
    public void Build_OneFailedTrial_FailsTheCellAndKeepsTheOthersNumbers()
    {
        Finish("identity", 0.90, 0.92);
        _workspace.Steps.Fail(Trials("identity")[2].Key, "diverged", seconds: 3);

        var cell = Cell("identity");

        Assert.Equal((StepState.Failed, "diverged"), (cell.State, cell.Trials[2].Error));
        Assert.Equal(0.91, cell.Mean!.Value, tolerance: 1e-12);
        Assert.Equal(JobState.Failed, Build().State);
    }

    [Fact]
    public void Build_Distillations_GiveTheMeanLoss()
    {
        foreach (var (distillation, loss) in Graph.Distillations.Zip([0.1, 0.2, 0.6]))
        {
            _workspace.Steps.SaveLossPoints(distillation.Key, [new(16, 0.9), new(32, loss)]);
            _workspace.Steps.Complete(distillation.Key, StepResults.ToJson(new DistillationStepResult(loss, "candidates/x")), seconds: 1);
        }

        var cell = Cell("conv-stack(w=1,k=3)");

        Assert.Equal(0.3, cell.DistillationLoss!.Value, tolerance: 1e-12);
        Assert.Equal([0.1, 0.2, 0.6], cell.Trials.Select(t => t.DistillationLoss!.Value));
        Assert.Equal([0.9, 0.6], cell.Trials[2].DistillationHistory.Select(p => p.Loss));

        Finish("conv-stack(w=1,k=3)", 0.90, 0.92);
        Assert.Equal(0.15, Cell("conv-stack(w=1,k=3)").DistillationLoss!.Value, tolerance: 1e-12); // of the seeds that the accuracies are of
    }

    [Theory]
    [InlineData(0.10, 100, "the teacher gets 10.00 % of the test images right; guessing the most frequent class gives 12.00 %; on 100 images, this is not")]
    [InlineData(0.02, 1000, "the teacher gets 2.00 % of the test images right; guessing the most frequent class gives 12.00 %, which is better. More epochs")]
    [InlineData(0.50, 100, null)]
    [InlineData(0.10, null, null)]
    public void Build_TeacherAtChance_IsRemarkedUpon(double accuracy, int? testImages, string? expected)
    {
        FinishTeacher(accuracy);
        var outline = StudyOutline.Of(Graph, new(2, 1, 2)) with { TestImages = testImages, Chance = 0.12 };

        string? remark = StudyResultBuilder.Build(StudyOutline.FromJson(outline.ToJson()), _workspace.Steps).Teacher.Remark;

        Assert.Equal(expected, expected is null ? remark : remark?[..expected.Length]);
    }

    [Fact]
    public void Build_StepsOfTwoMachines_NamesBoth()
    {
        foreach (var (trial, machine) in Trials("identity").Zip(["b", "a", "b"]))
        {
            _workspace.Steps.MarkRunning(trial.Key, StepResults.ToJson(SmallStudy.Environment with { Machine = machine }), "a process");
        }

        var provenance = Build().Provenance;

        Assert.Equal(("a; b", "cpu", "fp32"), (provenance.Machine, provenance.Device, provenance.Precision));
        Assert.Equal((2, 1), (provenance.Workers, provenance.ThreadsPerWorker));
        Assert.Equal(SmallStudy.Data.Fingerprint, provenance.DataFingerprint);
        Assert.Equal(Graph.Plan.Trial, PlanFile.Parse(provenance.Plan, "provenance").Trial);
    }

    [Fact]
    public void Build_FailedMeasurement_IsNamed()
    {
        var graph = SmallStudy.Graph(SmallStudy.Plan with { Predictors = new() { Images = 4, BatchSize = 2 } });
        var failed = graph.Predictors[0];
        SmallStudy.Declare(_workspace, graph.Steps);
        _workspace.Steps.Fail(failed.Key, "no luck", seconds: 1);

        var result = StudyResultBuilder.Build(StudyOutline.Of(graph, new(1, 1, 1)), _workspace.Steps);

        Assert.Equal(new FailedMeasurement(failed.Title, failed.Key, "no luck"), Assert.Single(result.FailedMeasurements));
        Assert.Equal(JobState.Failed, result.State);
    }

    [Theory]
    [InlineData(true, JobState.Incomplete)]
    [InlineData(false, JobState.Done)]
    public void Build_OpenVerdictsWaitForMoreSeeds_IsNotDone(bool untilDecided, JobState state)
    {
        var graph = SmallStudy.Graph(SmallStudy.Plan with { Seeds = 2, UntilDecided = untilDecided ? new() { MaxSeeds = 4 } : null });
        var first = new StudySeeds(graph).Wanted;
        SmallStudy.Declare(_workspace, first.Steps);
        FinishTeacher(0.5);
        foreach (var distillation in first.Distillations)
        {
            _workspace.Steps.Complete(distillation.Key, StepResults.ToJson(new DistillationStepResult(0.1, "candidates/x")), seconds: 1);
        }

        foreach (var trial in first.Trials)
        {
            _workspace.Steps.Complete(trial.Key, StepResults.ToJson(new TrialStepResult(0.5, 0.1, 1, 1)), seconds: 1);
        }

        Assert.Equal(state, StudyResultBuilder.Build(StudyOutline.Of(first, new(1, 1, 1)), _workspace.Steps).State);
    }

    [Fact]
    public void Build_WorkspaceThatJudgesTheSameTrialsOtherwise_NamesTheStudies()
    {
        var plan = SmallStudy.Plan with { Seeds = 2, UntilDecided = new() { MaxSeeds = 4, Margin = 0.005 } };
        var study = Save(plan);
        var wider = Save(plan with { UntilDecided = new() { MaxSeeds = 6, Margin = 0.01 } });
        var longer = Save(plan with { UntilDecided = new() { MaxSeeds = 6, Margin = 0.005 } });
        var later = Save(plan with { Seeds = 3 });
        Save(plan with { UntilDecided = null }); // judged by whatever margin is given when it is shown
        Save(plan with { Epochs = [2], UntilDecided = new() { MaxSeeds = 4, Margin = 0.01 } }); // other trials
        _workspace.Jobs.Save("e", StudyJob.Kind, "", (wider with { Id = "e", DataFingerprint = "others" }).ToJson(), []);

        Assert.Equal(
            [new(wider.Id, 0.01, 2, 6), new(longer.Id, 0.005, 2, 6), new(later.Id, 0.005, 3, 4)],
            StudyResultBuilder.Build(study, _workspace).OtherMargins);
        Assert.Empty(Build().OtherMargins);
    }

    [Fact]
    public void AnalysedStudy_MatchedWidthOfAnyFamily_IsNoCandidate()
    {
        var graph = SmallStudy.Graph(Graph.Plan with { Operations = ["teacher", "identity", "repvgg(w=match)", "conv-stack(w=match,k=5)"] });
        var outline = StudyOutline.Of(graph, new(1, 1, 1));

        var study = AnalysedStudyBuilder.Build(outline, StudyResultBuilder.Cells(outline, _workspace.Steps), _workspace.Steps);

        Assert.Equal((3, "identity"), (study.Swapped.Count(), study.Candidates.Single().Operation));
    }

    [Fact]
    public void Build_StepTimes_AreAddedUp()
    {
        FinishTeacher(0.5);
        Finish("identity", 0.75, 0.75);

        Assert.Equal(10 + 1 + 1, Build().Provenance.StepSeconds);
    }

    [Fact]
    public void Build_WithCache_ComputesFindingsAnewOnlyWhenSomethingEndedOrIsJudgedOtherwise()
    {
        var cache = new FindingsCache();
        Finish("identity", 0.90, 0.92);
        Finish("teacher", 0.91, 0.93);
        var first = Build(cache).Analysis!.Cells;
        _workspace.Steps.MarkRunning(Trials("identity")[2].Key, """{"machine":"m","versions":{},"device":"cpu"}""", "test");
        _workspace.Steps.Beat([Trials("identity")[2].Key], 0.5);

        Assert.Same(first, Build(cache).Analysis!.Cells);
        Assert.NotSame(first, Build(cache, new() { Margin = 0.01 }).Analysis!.Cells);

        first = Build(cache).Analysis!.Cells;
        Finish("identity", 0.90, 0.92, 0.97);
        Assert.NotSame(first, Build(cache).Analysis!.Cells);
        Assert.Equal(3, Build(cache).Cells.Single(c => c.Operation == "identity").Accuracies.Count);
    }

    [Fact]
    public void Build_UnavailableCells_HaveTheNamesThatOthersRelyOn()
    {
        var graph = SmallStudy.Graph(SmallStudy.Plan with { Positions = ["1", "2"], Operations = ["identity", "teacher"] });
        var result = StudyResultBuilder.Build(StudyOutline.Of(graph, new(1, 1, 1)), _workspace.Steps);

        var json = JsonSerializer.SerializeToElement(result, JsonSerializerOptions.Web).GetProperty("unavailable");

        Assert.Equal(["position", "operation", "reason"], Assert.Single(json.EnumerateArray()).EnumerateObject().Select(p => p.Name));
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
    }

    private static IReadOnlyList<TrialStep> Trials(string operation) => Graph.Cells.Single(c => c.Operation == operation).Trials;

    private StudyOutline Save(StudyPlan plan)
    {
        var outline = StudyOutline.Of(SmallStudy.Graph(plan), new(1, 1, 1));
        _time.Now += TimeSpan.FromMinutes(1);
        _workspace.Jobs.Save(outline.Id, StudyJob.Kind, PlanFile.ToYaml(outline.Plan), outline.ToJson(), []);
        return outline;
    }

    private StudyResult Build(FindingsCache cache, AnalysisOptions? options = null) =>
        StudyResultBuilder.Build(StudyOutline.Of(Graph, new(2, 1, 2)), _workspace.Steps, options, cache);

    private StudyResult Build() => StudyResultBuilder.Build(StudyOutline.Of(Graph, new(2, 1, 2)), _workspace.Steps);

    private CellResult Cell(string operation) => Build().Cells.Single(c => c.Operation == operation);

    private void Finish(string operation, params double[] accuracies)
    {
        foreach (var (trial, accuracy) in Trials(operation).Zip(accuracies))
        {
            _workspace.Steps.Complete(trial.Key, StepResults.ToJson(new TrialStepResult(accuracy, 0.1, 1, 1)), seconds: 1);
        }
    }

    // All trials that are not done yet.
    private void FinishOthers()
    {
        foreach (var trial in Graph.Cells.SelectMany(cell => cell.Trials).Where(t => _workspace.Steps.Find(t.Key)?.State != StepState.Done))
        {
            _workspace.Steps.Complete(trial.Key, StepResults.ToJson(new TrialStepResult(0.7, 0.1, 1, 1)), seconds: 1);
        }
    }

    private void FinishTeacher(double accuracy) =>
        _workspace.Steps.Complete(Graph.Teacher.Key, StepResults.ToJson(new TeacherStepResult(accuracy, 1, 1, "weights/x")), seconds: 10);
}
