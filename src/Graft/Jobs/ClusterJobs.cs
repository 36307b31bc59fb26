using Graft.Engine.Slurm;

namespace Graft.Jobs;

/// <summary>What a cluster has of the jobs that were handed to it.</summary>
public static class ClusterJobs
{
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
