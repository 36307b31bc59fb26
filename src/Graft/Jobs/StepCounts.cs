using Graft.Engine;

namespace Graft.Jobs;

/// <summary>How far a job's steps have come.</summary>
/// <param name="Steps">How many there are.</param>
/// <param name="Done">Those that have a result.</param>
/// <param name="Running">Those that somebody works on.</param>
/// <param name="Interrupted">Those that somebody began and left.</param>
/// <param name="Failed">Those that failed.</param>
internal sealed record StepCounts(int Steps, int Done, int Running, int Interrupted, int Failed)
{
    /// <summary>Those that have no result.</summary>
    public int Left => Steps - Done;

    /// <summary>Those that have run.</summary>
    public int Ended => Done + Failed;

    /// <summary>Counts the steps of a job, each once.</summary>
    public static StepCounts Of(IWorkspace workspace, StoredJob job)
    {
        var keys = job.Steps.Distinct().ToList();
        var states = workspace.Steps.FindAll(keys).Values.CountBy(step => step.State).ToDictionary();
        return new(
            keys.Count,
            states.GetValueOrDefault(StepState.Done),
            states.GetValueOrDefault(StepState.Running),
            states.GetValueOrDefault(StepState.Interrupted),
            states.GetValueOrDefault(StepState.Failed));
    }
}
