namespace Graft.Engine.Slurm;

/// <summary>Slurm, as far as Graft asks it for anything.</summary>
internal interface ISlurm
{
    /// <summary>Hands a script over and returns the job's identifier.</summary>
    /// <exception cref="RunException">Slurm refuses it, or is not there.</exception>
    string Submit(string script);

    /// <summary>The user's tasks that wait or run.</summary>
    /// <exception cref="RunException">Slurm does not answer.</exception>
    IReadOnlyList<SlurmTask> ActiveTasks();

    /// <summary>Ends jobs.</summary>
    /// <exception cref="RunException">Slurm refuses it, or is not there.</exception>
    void Cancel(IReadOnlyCollection<string> jobs);
}

/// <summary>A task that waits or runs.</summary>
/// <param name="Job">The identifier of its array, or of the job that is no array.</param>
/// <param name="Task">Its number in the array; null for a job that is none.</param>
/// <param name="Name">The job's name.</param>
/// <param name="State">Slurm's word for its state.</param>
internal sealed record SlurmTask(string Job, int? Task, string Name, string State)
{
    /// <summary>Its identifier.</summary>
    public string Id => Task is { } task ? Invariant($"{Job}_{task}") : Job;

    /// <summary>Whether it runs, or is about to.</summary>
    public bool Runs => State is "RUNNING" or "COMPLETING" or "CONFIGURING";
}
