namespace Graft.Engine;

/// <summary>
/// A kind of step, all of it: which specification it has, how it runs, what it needs of a machine, how much work it is, what is said of its result.
/// There is one list of kinds; nothing else knows them.
/// </summary>
public abstract class StepKind
{
    /// <summary>Its name, as in specifications and in the record.</summary>
    public abstract string Name { get; }

    /// <summary>Counts changes of the code that change results.</summary>
    public abstract int Revision { get; }

    /// <summary>The type of its specifications.</summary>
    public abstract Type StepType { get; }

    /// <summary>What part of a machine it computes with.</summary>
    public virtual ThreadDemand Threads => ThreadDemand.Share;

    /// <summary>Equal for steps that can share a pass over the data; null for a step that runs alone.</summary>
    public virtual object? GroupOf(Step step) => null;

    /// <summary>Cuts steps of one group into those that are run together.</summary>
    /// <param name="group">The steps, in the order of the job.</param>
    /// <param name="services">What kinds know beside their specifications.</param>
    public virtual IEnumerable<IReadOnlyList<Step>> Batches(IReadOnlyList<Step> group, StepServices services) => [group];

    /// <summary>
    /// How much a step computes, in multiply-accumulates, of which writing an activation takes 200, or what takes as long; compared with other steps, to
    /// estimate times.
    /// </summary>
    public abstract double WorkOf(Step step, StepServices services);

    /// <summary>One short phrase about a result, e.g. its accuracy.</summary>
    /// <param name="result">The result as JSON.</param>
    public abstract string Summarize(string result);

    /// <summary>What is to be heard of a result before other steps build on it, as a sentence; null for nothing.</summary>
    /// <param name="result">The result as JSON.</param>
    /// <param name="services">What kinds know beside their specifications.</param>
    public virtual string? RemarkOn(string result, StepServices services) => null;

    /// <summary>The files that a result consists of beside its JSON, relative to the artifacts.</summary>
    /// <param name="result">The result as JSON.</param>
    public virtual IReadOnlyList<string> ArtifactsOf(string result) => [];

    /// <summary>The files outside the record that a step reads, relative to the artifacts.</summary>
    public virtual IReadOnlyList<string> InputsOf(Step step) => [];

    /// <summary>Runs steps of one group, or one step. Each is to be completed or failed through the context; a step left out counts as failed.</summary>
    /// <exception cref="RunException">Something beyond these steps is wrong, such as a full disk: it ends the run. Any other exception fails these
    /// steps.</exception>
    public abstract void Run(IReadOnlyList<Step> steps, StepContext context);
}

/// <summary>A kind of step of one type of specification and one type of result.</summary>
/// <typeparam name="TStep">The specification.</typeparam>
/// <typeparam name="TResult">The result, which the record holds as JSON.</typeparam>
public abstract class StepKind<TStep, TResult> : StepKind
    where TStep : Step
    where TResult : class
{
    /// <inheritdoc/>
    public sealed override Type StepType => typeof(TStep);

    /// <inheritdoc/>
    public sealed override object? GroupOf(Step step) => GroupOf((TStep)step);

    /// <inheritdoc/>
    public sealed override IEnumerable<IReadOnlyList<Step>> Batches(IReadOnlyList<Step> group, StepServices services) =>
        Batches([.. group.Cast<TStep>()], services);

    /// <inheritdoc/>
    public sealed override double WorkOf(Step step, StepServices services) => WorkOf((TStep)step, services);

    /// <inheritdoc/>
    public sealed override string Summarize(string result) => Summarize(StepResults.FromJson<TResult>(result));

    /// <inheritdoc/>
    public sealed override string? RemarkOn(string result, StepServices services) => RemarkOn(StepResults.FromJson<TResult>(result), services);

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> ArtifactsOf(string result) => ArtifactsOf(StepResults.FromJson<TResult>(result));

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> InputsOf(Step step) => InputsOf((TStep)step);

    /// <inheritdoc/>
    public sealed override void Run(IReadOnlyList<Step> steps, StepContext context)
    {
        if (steps.Count > 1 && steps.Select(GroupOf).Distinct().Count() > 1)
        {
            throw new ArgumentException("Steps of different groups cannot share a pass.", nameof(steps));
        }

        Run([.. steps.Cast<TStep>()], context);
    }

    /// <inheritdoc cref="GroupOf(Step)"/>
    protected virtual object? GroupOf(TStep step) => null;

    /// <inheritdoc cref="Batches(IReadOnlyList{Step}, StepServices)"/>
    protected virtual IEnumerable<IReadOnlyList<Step>> Batches(IReadOnlyList<TStep> group, StepServices services) => [group];

    /// <inheritdoc cref="WorkOf(Step, StepServices)"/>
    protected abstract double WorkOf(TStep step, StepServices services);

    /// <inheritdoc cref="Summarize(string)"/>
    protected abstract string Summarize(TResult result);

    /// <inheritdoc cref="RemarkOn(string, StepServices)"/>
    protected virtual string? RemarkOn(TResult result, StepServices services) => null;

    /// <inheritdoc cref="ArtifactsOf(string)"/>
    protected virtual IReadOnlyList<string> ArtifactsOf(TResult result) => [];

    /// <inheritdoc cref="InputsOf(Step)"/>
    protected virtual IReadOnlyList<string> InputsOf(TStep step) => [];

    /// <inheritdoc cref="Run(IReadOnlyList{Step}, StepContext)"/>
    protected abstract void Run(IReadOnlyList<TStep> steps, StepContext context);
}
