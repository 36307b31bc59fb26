using Graft.Engine;
using Graft.Engine.Slurm;

namespace Graft.Jobs;

/// <summary>What a cluster has of the jobs that were handed to it.</summary>
internal static class ClusterJobs
{
    /// <summary>Finds what was handed over: a study or acceleration by its identifier, or a training, which is a step, by its key.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="idOrPrefix">The identifier or key, or its start.</param>
    /// <returns>The identifier that its tasks are named after, and the keys of its steps.</returns>
    /// <exception cref="ConfigurationException">Nothing, or more than one study, begins so.</exception>
    public static (string Id, IReadOnlyList<string> Steps) Find(IWorkspace workspace, string idOrPrefix)
    {
        if (!workspace.Jobs.List().Any(job => job.Id.StartsWith(idOrPrefix, StringComparison.Ordinal))
            && workspace.Steps.List().Where(s => s.Key.StartsWith(idOrPrefix, StringComparison.Ordinal)).ToList() is [{ } step])
        {
            return (Step.IdOf(step.Key), [step.Key]);
        }

        var job = workspace.Jobs.Find(idOrPrefix);
        return (job.Id, job.Steps);
    }

    /// <summary>How many tasks of a study or acceleration wait or run; null where this machine has no Slurm to ask.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="time">The clock.</param>
    public static int? CountActive(string id, TimeProvider time)
    {
        try
        {
            return Active(id, new SlurmCommands(time)).Count;
        }
        catch (RunException)
        {
            return null;
        }
    }

    /// <summary>Ends the tasks of a study or acceleration; those that run save a checkpoint first.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="time">The clock.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="RunException">Slurm refuses it, or is not there.</exception>
    public static int Cancel(string id, TimeProvider time)
    {
        var slurm = new SlurmCommands(time);
        var active = Active(id, slurm);
        if (active.Count > 0)
        {
            slurm.Cancel([.. active.Select(t => t.Job).Distinct()]);
        }

        return active.Count;
    }

    private static List<SlurmTask> Active(string id, SlurmCommands slurm) =>
        [.. slurm.ActiveTasks().Where(t => t.Name.StartsWith(SlurmSubmission.NamesOf(id), StringComparison.Ordinal))];
}
