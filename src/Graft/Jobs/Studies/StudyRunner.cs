using Graft.Engine;
using Graft.Engine.Local;
using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>
/// Runs a study's steps that have no result yet: the teacher, then the candidates' distillation, then predictors and then trials, side by side. Steps that another process is at are
/// waited for. A failed step fails those that need it and leaves the others alone.
/// </summary>
public sealed class StudyRunner
{
    private readonly StudyGraph _graph;
    private readonly StudyThreads _threads;
    private readonly StepRunner _steps;
    private readonly int _parallelism;

    /// <param name="workspace">Where results are stored.</param>
    /// <param name="graph">The study.</param>
    /// <param name="runner">Runs the jobs.</param>
    /// <param name="threads">How the cores are divided. Results depend on it in their last bits.</param>
    /// <param name="observer">Is told how it goes.</param>
    public StudyRunner(Workspace workspace, StudyGraph graph, IJobRunner runner, StudyThreads threads, IStepObserver observer)
    {
        _graph = graph;
        _threads = threads;
        _steps = new(workspace, runner, observer);
        _parallelism = runner.Parallelism;
    }

    /// <summary>Runs what is left. Afterwards every step is done or failed.</summary>
    /// <exception cref="GraftException">Something beyond a step is wrong: a full disk, a workspace that cannot be used.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what was finished is kept.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _steps.Declare(_graph.Steps);
        await _steps.RunAsync([new([_graph.Teacher.Key], _threads.Alone)], lanes: 1, cancellation);
        await _steps.RunAsync(DistillationJobs(), lanes: 1, cancellation);
        await _steps.RunAsync(_graph.Predictors.Concat<Step>(_graph.Similarities).Select(s => new Job([s.Key], _threads.PerWorker)), _parallelism, cancellation);
        await _steps.RunAsync(_graph.Trials.Select(t => new Job([t.Key], _threads.PerWorker)), _parallelism, cancellation);
    }

    private IEnumerable<Job> DistillationJobs()
    {
        var parameters = _graph.Cells.DistinctBy(c => (c.Position.Index, c.Operation.Unmodified)).ToDictionary(c => (c.Position.Index, c.Operation.Unmodified.Text), c => c.OperationParameters);
        return DistillationStep.Jobs(_graph.Distillations, step => parameters[(step.Position, step.Operation)], _threads.Alone);
    }
}
