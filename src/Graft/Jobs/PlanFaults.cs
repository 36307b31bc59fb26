namespace Graft.Jobs;

/// <summary>What is wrong with a plan.</summary>
internal static class PlanFaults
{
    /// <summary>Throws where there are faults: one exception that names all of them.</summary>
    /// <exception cref="ConfigurationException">There are some.</exception>
    public static void Throw(IReadOnlyList<string> faults)
    {
        if (faults.Count > 0)
        {
            throw new ConfigurationException(faults.Count == 1 ? faults[0] : Invariant($"The plan has {faults.Count} faults: {string.Join(" ", faults)}"));
        }
    }
}
