using System.Text.Json;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Steps;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Jobs.Studies;

public sealed class StudySchedulingTests : IDisposable
{
    private static readonly StudyGraph Graph = SmallStudy.Graph();

    private readonly TemporaryDirectory _directory = new();
    private readonly Workspace _workspace;

    public StudySchedulingTests() => _workspace = Workspace.Open(_directory.File("workspace"), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_SmallStudy_FinishesEveryCell()
    {
        await RunAsync(Graph);

        var result = Result(Graph);
        Assert.Equal(JobState.Done, result.State);
        Assert.Equal(["teacher", "identity", "conv-stack(w=1,k=3)"], result.Cells.Select(c => c.Operation));
        Assert.All(result.Cells, cell => Assert.Equal((StepState.Done, 1), (cell.State, cell.Accuracies.Count)));
        Assert.Equal(0, result.Cells[0].DifferenceToTeacher);
        Assert.Equal(result.Teacher.Accuracy, result.Cells[0].AccuracyBeforeTraining);
        Assert.InRange(result.Cells[2].DistillationLoss!.Value, 0, 10);
        Assert.Equal((2, 1), (result.Teacher.History.Count, result.Cells[1].Trials[0].History.Count));
        Assert.Equal(("1.2.3", "a test's machine"), (result.Provenance.Versions["graft"], result.Provenance.Machine));
        Assert.NotNull(result.Provenance.Finished);
    }

    [Fact]
    public async Task RunAsync_ResultAsJson_HasTheNamesThatOthersRelyOn()
    {
        await RunAsync(Graph);

        var json = JsonSerializer.SerializeToElement(Result(Graph), JsonSerializerOptions.Web);

        AssertHas(json, "study", "network", "data", "teacher", "cells", "unavailable");
        AssertHas(json.GetProperty("teacher"), "accuracy", "parameters", "multiplyAccumulates", "weights");
        Assert.All(json.GetProperty("cells").EnumerateArray(), cell => AssertHas(
            cell,
            "position", "operation", "epochs", "accuracies", "mean", "std", "parameters", "multiplyAccumulates",
            "distillationLoss", "accuracyBeforeTraining", "state"));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("cells")[0].GetProperty("std").ValueKind);
        Assert.True(File.Exists(Path.Combine(_workspace.Directory, json.GetProperty("teacher").GetProperty("weights").GetString()!)));
    }

    [Fact]
    public async Task RunAsync_RunOfPositions_IsACellOfItsOwn()
    {
        var graph = SmallStudy.Graph(SmallStudy.Plan with { Network = "wrn-16-1", Positions = ["1", "1-2"] });

        await RunAsync(graph);

        var result = Result(graph);
        Assert.Equal(JobState.Done, result.State);
        var run = result.Cells.Where(c => c.Position == new Place(1, 2)).ToList();
        Assert.Equal(["teacher", "identity", "conv-stack(w=1,k=3)"], run.Select(c => c.Operation));
        Assert.All(run, cell => Assert.True(cell.Parameters < result.Teacher.Parameters && !cell.IsUnchanged));
        Assert.InRange(run[0].DistillationLoss!.Value, 0, 10); // the network's own block, for both
        Assert.NotEqual(result.Cells[0].Trials[0].Key, run[0].Trials[0].Key);
        Assert.NotNull(run[0].DifferenceToTeacher);
        Assert.Equal(
            "1-2",
            JsonSerializer
                .SerializeToElement(result, JsonSerializerOptions.Web)
                .GetProperty("cells")
                .EnumerateArray()
                .Last()
                .GetProperty("position")
                .GetString()
        );
        Assert.Equal(["teacher", "identity", "conv-stack(w=1,k=3)"], result.Analysis!.Cells.Where(c => c.Position == new Place(1, 2)).Select(c => c.Operation));
    }

    [Fact]
    public async Task RunAsync_FinishedStudy_RunsNothingAgain()
    {
        await RunAsync(Graph);
        var before = Stored(Graph);
        var observer = new Observer();

        await RunAsync(Graph, observer);

        Assert.Equal(before, Stored(Graph));
        Assert.Empty(observer.Started);
        Assert.Equal(Graph.Steps.Count, observer.Ended.Count);
    }

    [Fact]
    public async Task RunAsync_StudyWithMoreSeeds_RunsOnlyWhatIsNew()
    {
        await RunAsync(Graph);
        var observer = new Observer();

        await RunAsync(SmallStudy.Graph(SmallStudy.Plan with { Seeds = 2 }), observer);

        Assert.Equal(4, observer.Started.Count); // a distillation and three trials
        Assert.All(observer.Started, step => Assert.Equal(2, (step as TrialStep)?.Seed ?? ((DistillationStep)step).Seed));
    }

    [Fact]
    public async Task RunAsync_TeacherThatFails_FailsAllThatNeedIt()
    {
        var observer = new Observer();

        await RunAsync(Graph, observer, new Without(_workspace, Graph.Teacher.Key));

        Assert.Equal(Graph.Teacher.Key, Assert.Single(observer.Started).Key);
        var result = Result(Graph);
        Assert.Equal((JobState.Failed, "no luck"), (result.State, result.Teacher.Error));
        Assert.All(result.Cells, cell => Assert.Equal(StepState.Failed, cell.State));
        Assert.Equal("needs 'teacher wrn-10-1, 2 epochs', which failed: no luck", result.Cells[0].Trials[0].Error);
        Assert.Equal(Graph.Steps.Count, observer.Ended.Count);
    }

    [Fact]
    public async Task RunAsync_FailedSteps_AreTriedAgain()
    {
        await RunAsync(Graph, executor: new Without(_workspace, Graph.Teacher.Key));

        await RunAsync(Graph);

        Assert.Equal(JobState.Done, Result(Graph).State);
    }

    [Fact]
    public async Task RunAsync_CandidateThatFails_FailsItsTrialsAlone()
    {
        SmallStudy.FakeTeacher(_workspace, Graph);
        SmallStudy.Declare(_workspace, Graph.Steps);

        await RunAsync(Graph, executor: new Without(_workspace, Graph.Distillations.Single().Key));

        var result = Result(Graph);
        Assert.Equal([StepState.Done, StepState.Done, StepState.Failed], result.Cells.Select(c => c.State));
        Assert.Equal("needs 'distil conv-stack(w=1,k=3) at 1, seed 1', which failed: no luck", result.Cells[2].Trials[0].Error);
        Assert.Equal(JobState.Failed, result.State);
    }

    [Fact]
    public async Task RunAsync_TwoRunnersOfOneWorkspace_RunEveryStepOnce()
    {
        using var other = Workspace.Open(_workspace.Directory, TimeProvider.System);
        var observers = new[] { new Observer(), new Observer() };

        await Task.WhenAll(
            Task.Run(() => RunAsync(Graph, observers[0]), Cancellation),
            Task.Run(() => RunAsync(Graph, observers[1], workspace: other), Cancellation));

        Assert.All(Stored(Graph), step => Assert.Equal((StepState.Done, 1), (step.State, step.Attempts)));
        Assert.All(observers, observer => Assert.Equal(Graph.Steps.Count, observer.Ended.Count));
    }

    [Fact]
    public async Task RunAsync_Cancelled_KeepsWhatIsFinished()
    {
        using var cancellation = new CancellationTokenSource();
        var observer = new Observer { OnStart = step => (step is TrialStep ? cancellation : null)?.Cancel() };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(Graph, observer, cancellation: cancellation.Token));

        Assert.Equal((JobState.Incomplete, StepState.Done), (Result(Graph).State, Result(Graph).Teacher.State));
        Assert.Null(Result(Graph).Provenance.Finished);
    }

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
    }

    private static void AssertHas(JsonElement json, params string[] names) =>
        Assert.Subset(json.EnumerateObject().Select(p => p.Name).ToHashSet(), names.ToHashSet());

    private async Task RunAsync(
        StudyGraph graph, Observer? observer = null, IExecutor? executor = null, Workspace? workspace = null, CancellationToken? cancellation = null)
    {
        workspace ??= _workspace;
        await using var runs = executor ?? InProcess(workspace);
        var scheduler = new Scheduler(workspace, BuiltInKinds.Create(), SmallStudy.Services(), runs, observer ?? new(), TimeProvider.System);
        await scheduler.RunAsync(new AllSteps(graph), cancellation ?? Cancellation);
    }

    private static InProcessExecutor InProcess(IWorkspace workspace) =>
        new(SmallStudy.Executor(workspace), new(Workers: 1, ThreadsPerWorker: 1, AllThreads: 1));

    private StudyResult Result(StudyGraph graph) => StudyResultBuilder.Build(StudyOutline.Of(graph, new(1, 1, 1)), _workspace.Steps);

    private List<StoredStep> Stored(StudyGraph graph) => [.. _workspace.Steps.FindAll([.. graph.Steps.Select(s => s.Key)]).Values.OrderBy(s => s.Key)];

    private sealed class AllSteps(StudyGraph graph) : IStepSource
    {
        private readonly IReadOnlyList<Step> _steps = graph.Steps;

        public IReadOnlyList<Step> Steps(IStepResults results) => _steps;
    }

    private sealed class Observer : IStepObserver
    {
        public List<Step> Started { get; } = [];

        public List<StoredStep> Ended { get; } = [];

        public Action<Step>? OnStart { get; init; }

        void IStepObserver.Declared(IReadOnlyList<Step> steps) => Assert.NotEmpty(steps);

        void IStepObserver.Started(Step step)
        {
            Started.Add(step);
            OnStart?.Invoke(step);
        }

        void IStepObserver.Progressed(IReadOnlyList<Step> steps, StepProgress progress) => Assert.InRange(progress.Fraction, 0, 1);

        void IStepObserver.Waiting(Step step, StoredStep stored) => Assert.Equal(step.Key, stored.Key);

        void IStepObserver.Invalidated(Step step, string fault, bool hadEnded) => Assert.NotEmpty(fault);

        void IStepObserver.Ended(Step step, StoredStep stored, StepEnding how) => Ended.Add(stored);
    }

    /// <summary>Fails the step of a key and runs the others.</summary>
    private sealed class Without(Workspace workspace, string key) : IExecutor
    {
        private readonly InProcessExecutor _others = InProcess(workspace);
        private StepBatch? _failed;

        public bool HasRoomFor(ThreadDemand demand) => _failed is null && _others.HasRoomFor(demand);

        public void Submit(StepBatch batch)
        {
            if (batch.Keys.Contains(key))
            {
                _failed = batch;
            }
            else
            {
                _others.Submit(batch);
            }
        }

        public ValueTask<ExecutorEvent> NextAsync(CancellationToken cancellation)
        {
            if (_failed is not { } batch)
            {
                return _others.NextAsync(cancellation);
            }

            _failed = null;
            workspace.Steps.Fail(key, "no luck", seconds: 0);
            return ValueTask.FromResult<ExecutorEvent>(new BatchEnded(batch, batch.Keys.ToDictionary(k => k, _ => StepOutcome.Failed)));
        }

        public ValueTask CancelAsync() => _others.CancelAsync();

        public ValueTask DisposeAsync() => _others.DisposeAsync();
    }
}
