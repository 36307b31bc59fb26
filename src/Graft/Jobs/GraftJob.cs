using Graft.Data;
using Graft.Engine;
using MathNet.Numerics.Statistics;

namespace Graft.Jobs;

/// <summary>A job of a session: a plan that was worked out for its data, which can be estimated, run and read.</summary>
/// <typeparam name="TResult">What it finds.</typeparam>
public abstract partial class GraftJob<TResult> : IStepSource
{
    // Images that two processes of one thread train on, for each that one process of two does: see docs/speed.md, "How workers and threads divide the cores".
    private const double SpeedOfSharedCores = 1.2;

    private WorkRate? _measured; // by the last estimate

    /// <param name="session">The session.</param>
    /// <param name="data">The data set.</param>
    protected GraftJob(GraftSession session, ImageData data)
    {
        Session = session;
        Data = data;
    }

    /// <summary>The data set.</summary>
    public ImageData Data { get; }

    /// <summary>What was found, as far as the job has come. It is put together from the record each time: keep it where it is used more than once.</summary>
    public abstract TResult Result { get; }

    /// <summary>The session.</summary>
    protected GraftSession Session { get; }

    /// <summary>The job's identifier: that of its entry in the record, or the start of its first step's key.</summary>
    public virtual string Id => Step.IdOf(Steps(RecordedResults.None)[0].Key);

    /// <summary>How its images become the network's input, where that is not as they are stored.</summary>
    protected virtual ImageOptions? Images => null;

    /// <inheritdoc/>
    public abstract IReadOnlyList<Step> Steps(IStepResults results);

    /// <inheritdoc/>
    public virtual void Restart()
    {
    }

    /// <summary>
    /// Runs what has no result yet. Broken off, it goes on where it was when it is run again. Returns at once; the work is done on other threads.
    /// </summary>
    /// <param name="progress">Is told how it goes; one call at a time, from any thread.</param>
    /// <param name="cancellation">Ends it; what was finished is kept, and what runs leaves a checkpoint.</param>
    /// <exception cref="GraftException">Something beyond a step is wrong: a full disk, a workspace that cannot be used, a teacher that failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed. One that is disposed while the job runs cancels it.</exception>
    public Task<TResult> RunAsync(IProgress<JobProgress>? progress = null, CancellationToken cancellation = default) =>
        Session.RunAsync(token => RunHereAsync(progress, token), cancellation);

    private async Task<TResult> RunHereAsync(IProgress<JobProgress>? progress, CancellationToken cancellation)
    {
        var services = Session.Services(Data);
        Prepare(Session.Workspace);
        await using (var executor = Session.CreateExecutor(Data.Name, Images, services))
        {
            double shareSpeed = Session.Cores.Workers > 1 ? SpeedOfSharedCores : 1;
            var tracker = new JobProgressTracker(
                Session.Kinds, services, Foreseen, NameOf, RemarkOn, shareSpeed, ExpectedPaces(services, shareSpeed), () => Until, progress, Session.Time);
            await new Scheduler(Session.Workspace, Session.Kinds, services, executor, tracker, Session.Time).RunAsync(this, cancellation);
        }

        return Result;
    }

    // What the record says of kinds that ran here, and where an estimate was made what it measured.
    private Dictionary<string, double> ExpectedPaces(StepServices services, double shareSpeed)
    {
        var known = Steps(RecordedResults.None);
        var done = Session.Workspace.Steps.FindAll([.. known.Select(s => s.Key)]).Where(s => s.Value.State == StepState.Done).ToDictionary();
        var kinds = known.Select(s => s.Kind).Concat(Foreseen().Select(s => s.Kind)).Distinct();
        return JobEstimate.PacesOf(kinds.Select(name => Session.Kinds.Find(name)), _measured, Session.Cores, RatesAsRun(known, done, services), shareSpeed);
    }

    /// <summary>How many of the steps that are known now have no result. Nothing is run or written.</summary>
    public int StepsLeft()
    {
        var (known, _) = Known();
        return known.Select(s => s.Key).Distinct().Count() - Session.DoneSteps(known).Count;
    }

    /// <summary>Says what would run, and measures for some seconds how long that would take. Nothing is written.</summary>
    /// <param name="cancellation">Ends the measurement.</param>
    public JobEstimate Estimate(CancellationToken cancellation = default)
    {
        var services = Session.Services(Data);
        var (known, furtherTrials) = Known();
        var done = Session.DoneSteps(known);
        EstimatedStep[] steps =
        [
            .. known.Select(s => new EstimatedStep(s.Kind, Session.Kinds.Of(s).Threads, Session.Kinds.Of(s).WorkOf(s, services), done.ContainsKey(s.Key))),
            .. Foreseen(),
        ];
        bool isDone = steps.All(s => s.Done);
        var rate = isDone ? new WorkRate(1, 1, null) : MeasureRate(cancellation);
        _measured = isDone ? null : rate;
        var estimate = JobEstimate.Of(steps, rate, Session.Cores, RatesAsRun(known, done, services), Session.StartSeconds(Data) + rate.FirstStepSeconds);
        return estimate with { FurtherTrials = furtherTrials };
    }

    /// <summary>The steps that the record's results make known, and how many trials may follow at the most. Nothing is written.</summary>
    private protected virtual (IReadOnlyList<Step> Steps, int FurtherTrials) Known() => (Steps(RecordedResults.None), 0);

    // Work a second of each kind of which several steps ran on this machine with the threads that they would have now, at one go: of those whose process was
    // killed, only the time of the last attempt is known.
    private Dictionary<string, double> RatesAsRun(IReadOnlyList<Step> known, IReadOnlyDictionary<string, StoredStep> done, StepServices services)
    {
        const int Fewest = 3;
        string machine = MachineInformation.Read(Session.Device).Machine;
        return known.DistinctBy(s => s.Key).Where(RanHere).GroupBy(s => s.Kind).Where(kind => kind.Count() >= Fewest)
            .ToDictionary(
                kind => kind.Key,
                kind => MedianRate([.. kind.OrderBy(s => done[s.Key].Finished).Select(s => (Session.Kinds.Of(s).WorkOf(s, services), done[s.Key].Seconds))]));

        bool RanHere(Step step) => done.TryGetValue(step.Key, out var stored) && stored is { Seconds: > 0, Attempts: <= 1, Environment: { } json }
            && StepResults.FromJson<RunEnvironment>(json) is var environment && environment.Machine == machine
            && environment.Threads == Session.Cores.ThreadsFor(Session.Kinds.Of(step).Threads);
    }

    // Of some parts of the steps, in the order in which they ended: those in which the process was stopped, or the machine busy, are passed over.
    private static double MedianRate(IReadOnlyList<(double Work, double Seconds)> ran)
    {
        const int MostParts = 5;
        return ran.Chunk((ran.Count + MostParts - 1) / MostParts).Select(part => part.Sum(s => s.Work) / part.Sum(s => s.Seconds)).Median();
    }

    /// <summary>Writes what the steps start from and, for jobs that the record lists, the job.</summary>
    private protected virtual void Prepare(IWorkspace workspace)
    {
    }

    /// <summary>A step that gives the job's result, and that result.</summary>
    /// <exception cref="RunException">It failed, or has not run.</exception>
    private protected (StoredStep Stored, TStepResult Result) Finished<TStepResult>(Step step, string otherwise)
        where TStepResult : class => Session.Workspace.Steps.Find(step.Key) switch
        {
            { State: StepState.Done, Result: { } json } stored => (stored, StepResults.FromJson<TStepResult>(json)),
            var stored => throw new RunException(stored?.Error ?? otherwise),
        };

    /// <summary>Has a step that gives the job's result run again where a file of it is gone, or is not what was recorded.</summary>
    private protected void RequireFiles(IWorkspace workspace, Step step)
    {
        if (workspace.Steps.Find(step.Key) is { State: StepState.Done } done && ArtifactCheck.FaultOf(done, Session.Kinds, workspace) is { } fault)
        {
            ArtifactCheck.Invalidate(step, done, fault, Session.Kinds, workspace);
        }
    }

    /// <summary>How far the steps that are known or foreseen reach, where more may follow; null for the end.</summary>
    private protected virtual string? Until => null;

    /// <summary>The steps that are not known before others have ended, about.</summary>
    private protected virtual IEnumerable<EstimatedStep> Foreseen() => [];

    /// <summary>What the network that a step is about is called, where its title does not tell it from others; null for none.</summary>
    private protected virtual string? NameOf(Step step) => null;

    /// <summary>What is to be heard of the result of a step in this job, beside what its kind says of it; null for nothing.</summary>
    private protected virtual string? RemarkOn(Step step, StoredStep stored) => null;

    /// <summary>Measures how fast this machine computes what the job does.</summary>
    private protected virtual WorkRate MeasureRate(CancellationToken cancellation) => MatrixRate.Measure(Session.Cores, Session.Time);
}
