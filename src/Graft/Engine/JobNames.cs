namespace Graft.Engine;

/// <summary>Finds jobs by the start of their identifiers.</summary>
internal static class JobNames
{
    private const int MostListed = 10;

    /// <summary>The identifier that begins so.</summary>
    /// <param name="idOrPrefix">An identifier or its start.</param>
    /// <param name="jobs">The jobs that there are.</param>
    /// <param name="location">Where they are, for messages.</param>
    /// <exception cref="ConfigurationException">No job, or more than one, begins so.</exception>
    public static string Resolve(string idOrPrefix, IReadOnlyList<(string Id, string Kind)> jobs, string location)
    {
        List<string> known = [.. jobs.Select(job => job.Id)];
        if (known.Contains(idOrPrefix))
        {
            return idOrPrefix;
        }

        var matches = jobs.Where(job => job.Id.StartsWith(idOrPrefix, StringComparison.Ordinal)).ToList();
        return matches switch
        {
            [var only] => only.Id,
            [] when known.Count == 0 => throw new ConfigurationException(
                $"no study or acceleration '{idOrPrefix}': workspace {location} has none yet. Run one first or choose another workspace."
            ),
            [] => throw new ConfigurationException($"no study or acceleration '{idOrPrefix}' in workspace {location}.{Hint(idOrPrefix, known)}"),
            _ => throw new ConfigurationException(
                Invariant($"'{idOrPrefix}' begins {matches.Count} jobs of workspace {location}: ")
                    + $"{Names([.. matches.Select(job => $"{job.Kind} {job.Id}")])}. Give more characters."
            ),
        };
    }

    private static string Hint(string id, IReadOnlyList<string> known) =>
        NearestName.Of(id, known) is { } nearest ? $" Did you mean '{nearest}'?" : $" Known: {Names(known)}.";

    private static string Names(IReadOnlyList<string> ids) => string.Join(", ", ids.Take(MostListed)) + (ids.Count > MostListed ? ", …" : "");
}
