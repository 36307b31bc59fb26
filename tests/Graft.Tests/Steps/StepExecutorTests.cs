using Graft.Data;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Formats;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Operations;
using Graft.Steps;
using Graft.Tests.Engine.Local;
using Graft.Tests.Jobs.Studies;
using Graft.Tests.Training;

namespace Graft.Tests.Steps;

public sealed class StepExecutorTests : IDisposable
{
    private static readonly StudyGraph Graph = SmallStudy.Graph();

    private readonly TemporaryDirectory _directory = new();
    private readonly Workspace _workspace;

    public StepExecutorTests() => _workspace = NewWorkspace("workspace");

    private static string Teacher => Graph.Teacher.Key;

    private static string Distillation => Graph.Distillations.Single().Key;

    private static TrialStep Trial => Graph.Trials.Single(t => t.Distillation is not null);

    [Fact]
    public void Run_TeacherThenDistillationThenTrial_StoresTheirResults()
    {
        Assert.All(new[] { Teacher, Distillation, Trial.Key }, key => Assert.Equal(StepOutcome.Done, Run(_workspace, key)));

        var teacher = Result<TeacherStepResult>(Teacher);
        Assert.Equal(Graph.NetworkCost.Parameters, teacher.Parameters);
        Assert.True(_workspace.Artifacts.Exists(teacher.Weights));
        Assert.Equal(2, _workspace.Steps.Histories([Teacher])[Teacher].Count);
        var distillation = Result<DistillationStepResult>(Distillation);
        Assert.True(_workspace.Artifacts.Exists(distillation.Weights));
        Assert.Equal(36, _workspace.Steps.LossPoints([Distillation])[Distillation][^1].Images);
        var trial = Result<TrialStepResult>(Trial.Key);
        Assert.Equal(Graph.Cells.Single(c => c.Operation == Trial.Operation).Parameters, trial.Parameters);
        Assert.Equal(trial.Accuracy, (double)_workspace.Steps.Outcome(Trial.Key)!.CorrectCount / SmallStudy.Data.Test.Count);
    }

    [Fact]
    public void Run_StepThatWasPlannedWithOtherCode_IsRefused()
    {
        var planned = Trial with { OperationRevision = "another assembly" };
        SmallStudy.Declare(_workspace, [planned]);

        var error = Assert.Throws<RunException>(() => Run(_workspace, planned.Key));

        Assert.EndsWith(": the code of an operation or a measure has changed since this was planned. Give the command again.", error.Message);
        Assert.Equal(StepState.Pending, _workspace.Steps.Find(planned.Key)!.State);
    }

    [Fact]
    public void Run_TrialWithFrozenRest_GivesAResult()
    {
        var graph = SmallStudy.Graph(SmallStudy.Plan with { Operations = ["teacher-reinitialized+frozen-rest"] });
        SmallStudy.Declare(_workspace, graph.Steps);

        Assert.All(graph.Steps, step => Assert.Equal(StepOutcome.Done, Run(_workspace, step.Key)));

        Assert.Equal(graph.NetworkCost.Parameters, Result<TrialStepResult>(graph.Trials.Single().Key).Parameters);
    }

    [Fact]
    public void Run_PredictorsAndSimilarity_StoreTheirResults()
    {
        var graph = SmallStudy.Graph(SmallStudy.Plan with { Predictors = new() { Images = 4, BatchSize = 2 } });
        SmallStudy.Declare(_workspace, graph.Steps);

        Assert.All(graph.Steps.Where(s => s is not TrialStep), step => Assert.Equal(StepOutcome.Done, Run(_workspace, step.Key)));

        Assert.Equal(2, graph.Predictors.Count);
        Assert.All(graph.Predictors, step => Assert.InRange(Result<PredictorStepResult>(step.Key).Cka!.Value, 0, 1));
        var cka = Result<SimilarityStepResult>(graph.Similarities.Single().Key).Cka;
        Assert.Equal(3, cka.Count);
        Assert.All(cka, row => Assert.Equal(3, row.Count));
        var identity = Result<PredictorStepResult>(graph.Predictors.Single(p => p.Operation == "identity").Key);
        Assert.Equal(
            identity.Cka!.Value,
            cka[0][graph.Similarities.Single().Candidates.ToList().FindIndex(c => c.Operation == "identity")]!.Value,
            tolerance: 1e-6
        );
    }

    [Fact]
    public void Run_SingleMeasures_StoreTheirValuesAndTheTeachers()
    {
        var graph = SmallStudy.Graph(SmallStudy.Plan with { Predictors = new() { Images = 4, BatchSize = 2, Measures = ["cka", "synFlow"] } });
        SmallStudy.Declare(_workspace, graph.Steps);

        Assert.All(graph.Steps.Where(s => s is not TrialStep), step => Assert.Equal(StepOutcome.Done, Run(_workspace, step.Key)));

        Assert.Empty(graph.Predictors);
        Assert.Equal(4, graph.Measures.Count); // two measures of two candidates
        Assert.All(
            graph.Measures.Where(m => m.Measure == "cka"),
            step =>
            {
                var (value, own) = Result<MeasureStepResult>(step.Key);
                Assert.InRange(value!.Value, 0, 1);
                Assert.Equal(1, own!.Value, tolerance: 1e-9);
            }
        );
        var values = StudyResultBuilder
            .Build(StudyOutline.Of(graph, new(1, 1, 1)), _workspace.Steps)
            .Cells.Single(c => c.Operation == "identity")
            .Trials.Single()
            .Measures;
        Assert.Equal(["cka", "synFlow"], values.Keys.Order());
    }

    [Fact]
    public void Run_DoneStep_IsLeftAlone()
    {
        Run(_workspace, Teacher);
        var before = _workspace.Steps.Find(Teacher);

        Assert.Equal(StepOutcome.Done, Run(_workspace, Teacher));

        Assert.Equal(before, _workspace.Steps.Find(Teacher));
        Assert.Equal(1, before!.Attempts);
    }

    [Fact]
    public void Run_StepThatIsLocked_IsBusy()
    {
        using var held = _workspace.TryLock(Teacher);

        Assert.Equal(StepOutcome.Busy, Run(_workspace, Teacher));
        Assert.Equal(StepState.Pending, _workspace.Steps.Find(Teacher)!.State);
    }

    [Fact]
    public void Run_OtherData_SaysWhichAndRunsNothing()
    {
        var other = SmallStudy.Data with { Name = "other", Fingerprint = "fedcba9876543210" };

        var error = Assert.Throws<RunException>(() => Run(_workspace, Teacher, data: other));

        Assert.Equal($"step {Teacher} is about other data (fingerprint 0123456789ab…) than 'other' (fedcba987654…).", error.Message);
        Assert.Null(_workspace.Steps.Find(Teacher)!.Result);
    }

    [Fact]
    public void Run_StepWhoseNeedHasNoResult_SaysSo()
    {
        var error = Assert.Throws<RunException>(() => Run(_workspace, Distillation));

        Assert.Equal($"step {Teacher} has no result yet, but another step needs it.", error.Message);
    }

    [Fact]
    public void Run_StepThatWasNeverDeclared_Throws() =>
        Assert.Throws<ArgumentException>(() => Run(_workspace, "unknown"));

    [Fact]
    public void Run_DistillationThatDiverges_FailsWithTheReason()
    {
        SmallStudy.FakeTeacher(_workspace, Graph, fill: 1e30f);

        Assert.Equal(StepOutcome.Failed, Run(_workspace, Distillation));

        var stored = _workspace.Steps.Find(Distillation)!;
        Assert.Equal(StepState.Failed, stored.State);
        Assert.Equal("distillation diverged: the loss is NaN in step 1; lower distillation.learningRate (0.005).", stored.Error);
    }

    [Fact]
    public void Run_TrialWhoseNetworkGivesNoScores_FailsWithTheReason()
    {
        SmallStudy.FakeTeacher(_workspace, Graph, fill: 3e38f);
        var baseline = Graph.Trials.Single(t => t.Place.IsNone);

        Assert.Equal(StepOutcome.Failed, Run(_workspace, baseline.Key));

        Assert.StartsWith("wrn-10-1 gives no scores: its logits hold ", _workspace.Steps.Find(baseline.Key)!.Error);
    }

    [Theory]
    [InlineData("teacher", 4)]
    [InlineData("distillation", 2)]
    [InlineData("trial", 2)]
    public void Run_CancelledAndRunAgain_GivesTheSameResult(string kind, int cancelAfter)
    {
        using var uninterrupted = NewWorkspace("uninterrupted");
        string key = Prepare(uninterrupted, kind);
        Run(uninterrupted, key);
        Prepare(_workspace, kind);
        using var reports = new Reports<StepProgress>(cancelAfter);

        Assert.Throws<OperationCanceledException>(() => Run(_workspace, key, reports));
        var interrupted = _workspace.Steps.Find(key)!;
        using var rest = new Reports<StepProgress>();
        Run(_workspace, key, rest);

        Assert.Equal(StepState.Interrupted, interrupted.State);
        Assert.Equal(kind == "teacher" ? 6 : 3, reports.All.Count + rest.All.Count); // batches
        Assert.Equal(uninterrupted.Steps.Find(key)!.Result, _workspace.Steps.Find(key)!.Result);
        Assert.Equal(uninterrupted.Steps.Outcome(key), _workspace.Steps.Outcome(key));
        Assert.Equal(Weights(uninterrupted, key), Weights(_workspace, key));
    }

    [Fact]
    public void Run_AfterACancelledRun_LeavesNoCheckpoint()
    {
        using var reports = new Reports<StepProgress>(cancelAfter: 1);
        Assert.Throws<OperationCanceledException>(() => Run(_workspace, Teacher, reports));
        string checkpoint = _workspace.Artifacts.PathOf($"checkpoints/{Teacher}.safetensors");
        Assert.True(File.Exists(checkpoint));

        Run(_workspace, Teacher);

        Assert.False(File.Exists(checkpoint));
    }

    [Fact]
    public void Run_Progress_RisesToOne()
    {
        using var reports = new Reports<StepProgress>();

        Run(_workspace, Teacher, reports);

        Assert.Equal(reports.All.Select(r => r.Fraction).Order(), reports.All.Select(r => r.Fraction));
        Assert.Equal(1, reports.All[^1].Fraction);
    }

    [Fact]
    public void Run_Import_TakesTheWeightsOver()
    {
        var import = new ImportStep { Data = SmallStudy.Data.Fingerprint, Network = "wrn-10-1", Precision = Precision.Float32, Sha256 = "abc" };
        SmallStudy.Declare(_workspace, [import]);
        using var network = Network.Create("wrn-10-1", SmallStudy.Data.Train.Shape, 4, seed: 8);
        NetworkWeights.Save(network, SmallStudy.Data.Normalization, _workspace.Artifacts.PathOf(import.ImportPath));

        Run(_workspace, import.Key);

        using var taken = NetworkWeights.Open(
            _workspace.Artifacts.PathOf(Result<TeacherStepResult>(import.Key).Weights), SmallStudy.Data.Train.Shape, 4);
        Assert.Equal(TensorHash.Of(network.NamedTensors()), TensorHash.Of(taken.NamedTensors()));
    }

    [Fact]
    public void Run_EnvironmentOfAStep_SaysItsThreads()
    {
        SmallStudy.FakeTeacher(_workspace, Graph);

        Run(_workspace, Distillation);

        var environment = StepResults.FromJson<RunEnvironment>(_workspace.Steps.Find(Distillation)!.Environment!);
        Assert.Equal(("a test's machine", 1), (environment.Machine, environment.Threads));
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
    }

    private Workspace NewWorkspace(string name)
    {
        var workspace = Workspace.Open(_directory.File(name), TimeProvider.System);
        SmallStudy.Declare(workspace, Graph.Steps);
        return workspace;
    }

    private static StepOutcome Run(Workspace workspace, string key, Reports<StepProgress>? reports = null, ImageData? data = null) =>
        SmallStudy.Executor(workspace, data).Run([key], threads: 1, reports, reports?.Cancellation ?? TestContext.Current.CancellationToken)[key];

    // Runs or fakes what a step of that kind needs, and returns its key.
    private static string Prepare(Workspace workspace, string kind)
    {
        if (kind == "teacher")
        {
            return Teacher;
        }

        SmallStudy.FakeTeacher(workspace, Graph);
        if (kind == "distillation")
        {
            return Distillation;
        }

        Run(workspace, Distillation);
        return Trial.Key;
    }

    // Of the files in which a step's weights may lie.
    private static string? Weights(Workspace workspace, string key)
    {
        foreach (string path in new[] { $"weights/{key}.safetensors", $"candidates/{key}.safetensors" }.Where(workspace.Artifacts.Exists))
        {
            using var file = SafeTensorsFile.Load(workspace.Artifacts.PathOf(path));
            return TensorHash.Of(file.Tensors.Select(t => (t.Key, t.Value)));
        }

        return null;
    }

    private TResult Result<TResult>(string key) => StepResults.FromJson<TResult>(_workspace.Steps.Find(key)!.Result!);
}
