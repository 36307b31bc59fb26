namespace Graft.Engine;

/// <summary>A job, as the scheduler sees it: a pure function from what has ended to the steps that are known so far.</summary>
public interface IStepSource
{
    /// <summary>
    /// The steps known so far, in the order in which they should run where there is a choice. Asked again whenever steps have ended, until it names none that
    /// is new.
    /// </summary>
    /// <param name="results">What has ended.</param>
    /// <exception cref="GraftException">The job cannot go on: all of it, not a step, has failed.</exception>
    IReadOnlyList<Step> Steps(IStepResults results);

    /// <summary>A result that had ended is made again: what was worked out from results so far counts no more.</summary>
    void Restart()
    {
    }
}

/// <summary>Results of steps.</summary>
public interface IStepResults
{
    /// <summary>A step that has ended, done or failed; null for any other.</summary>
    StoredStep? Ended(string key);
}

/// <summary>Reads results.</summary>
public static class StepResultsExtensions
{
    /// <summary>The result of a step; null unless it is done.</summary>
    public static TResult? Find<TResult>(this IStepResults results, string key)
        where TResult : class => results.Ended(key) is { State: StepState.Done, Result: { } json } ? StepResults.FromJson<TResult>(json) : null;

    /// <summary>Whether all of these steps have ended, done or failed.</summary>
    public static bool HaveEnded(this IStepResults results, IEnumerable<Step> steps) => steps.All(s => results.Ended(s.Key) is not null);
}
