using Graft.Engine.Slurm;

namespace Graft.Jobs;

/// <summary>Slurm profiles as YAML. Keys that are left out keep their defaults.</summary>
public static class SlurmProfileFile
{
    /// <summary>Reads a profile.</summary>
    /// <exception cref="ConfigurationException">The file is missing, is not YAML, or has unknown keys or values that are wrong.</exception>
    public static SlurmProfile Load(string path)
    {
        var profile = PlanFile.Read<SlurmProfile>(PlanFile.ReadText(path), path, listsAreOfNames: false); // options of sbatch have commas
        profile.Validate();
        return profile;
    }
}
