using Graft.Data;
using Graft.Engine;

namespace Graft.Jobs;

/// <summary>A job of a session: a plan that was worked out for its data, which can be estimated, run and read.</summary>
/// <typeparam name="TResult">What it finds.</typeparam>
public abstract class GraftJob<TResult> : IStepSource
{
    /// <param name="session">The session.</param>
    /// <param name="data">The data set.</param>
    protected GraftJob(GraftSession session, ImageData data)
    {
        Session = session;
        Data = data;
    }

    /// <summary>The data set.</summary>
    public ImageData Data { get; }

    /// <summary>What was found, as far as the job has come.</summary>
    public abstract TResult Result { get; }

    /// <summary>The session.</summary>
    protected GraftSession Session { get; }

    /// <summary>The data set's source, by which worker processes load it.</summary>
    protected abstract string DataSource { get; }

    /// <summary>How its images become the network's input, where that is not as they are stored.</summary>
    protected virtual ImageOptions? Images => null;

    /// <inheritdoc/>
    public abstract IReadOnlyList<Step> Steps(IStepResults results);

    /// <summary>Runs what has no result yet. Broken off, it goes on where it was when it is run again.</summary>
    /// <param name="progress">Is told how it goes; one call at a time, from any thread.</param>
    /// <param name="cancellation">Ends it; what was finished is kept, and what runs leaves a checkpoint.</param>
    /// <exception cref="GraftException">Something beyond a step is wrong: a full disk, a workspace that cannot be used, a teacher that failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<TResult> RunAsync(IProgress<JobProgress>? progress = null, CancellationToken cancellation = default)
    {
        var services = Session.Services(Data);
        Prepare(Session.Workspace);
        await using (var executor = Session.CreateExecutor(DataSource, Images, services))
        {
            var tracker = new JobProgressTracker(Session.Kinds, services, progress, Session.Time);
            await new Scheduler(Session.Workspace, Session.Kinds, services, executor, tracker, Session.Time).RunAsync(this, cancellation);
        }

        return Result;
    }

    /// <summary>Says what would run, and measures for some seconds how long that would take. Nothing is written.</summary>
    public JobEstimate Estimate()
    {
        var services = Session.Services(Data);
        var known = Steps(new NothingEnded());
        var done = Session.DoneSteps([.. known.Select(s => s.Key)]);
        return JobEstimate.Of(
            [.. known.Select(s => (s.Kind, Session.Kinds.Of(s).Threads, Session.Kinds.Of(s).WorkOf(s, services), done.Contains(s.Key))), .. Foreseen()],
            MeasureRate(),
            Session.Cores);
    }

    /// <summary>Writes what the steps start from and, for jobs that the record lists, the job.</summary>
    protected virtual void Prepare(IWorkspace workspace)
    {
    }

    /// <summary>The steps that are not known before others have ended, about.</summary>
    protected virtual IEnumerable<(string Kind, ThreadDemand Demand, double Work, bool Done)> Foreseen() => [];

    /// <summary>Measures how fast this machine computes what the job does.</summary>
    protected virtual WorkRate MeasureRate() => MatrixRate.Measure(Session.Cores, Session.Time);

    private sealed class NothingEnded : IStepResults
    {
        public StoredStep? Ended(string key) => null;
    }
}
