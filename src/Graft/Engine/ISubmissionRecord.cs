namespace Graft.Engine;

/// <summary>
/// Which steps were handed to a cluster's scheduler, and under which names. Every method throws <see cref="RunException"/> where the record cannot be used.
/// </summary>
internal interface ISubmissionRecord
{
    /// <summary>Notes submissions; a step that was submitted before is noted anew.</summary>
    void Save(IReadOnlyCollection<Submission> submissions);

    /// <summary>The submissions of these steps, by step.</summary>
    IReadOnlyDictionary<string, Submission> Find(IReadOnlyCollection<string> steps);
}

/// <summary>A step that was handed to a cluster.</summary>
/// <param name="Step">Its key.</param>
/// <param name="Job">The identifier of the job that asked for it.</param>
/// <param name="Array">The name of the array of tasks.</param>
/// <param name="Task">The task of the array.</param>
internal sealed record Submission(string Step, string Job, string Array, int Task);
