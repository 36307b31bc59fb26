namespace Graft.Jobs.Accelerations;

/// <summary>
/// Networks of an acceleration that have several names: what was selected may be what is compared with it, too. They are the same operations at the same
/// places, trained in the same way: one file of weights.
/// </summary>
internal static class SameNetworks
{
    /// <summary>Each network once: of several names the first.</summary>
    /// <param name="networks">The networks, in their order.</param>
    public static IEnumerable<NetworkResult> Distinct(IEnumerable<NetworkResult> networks) => networks.DistinctBy(KeyOf);

    /// <summary>The networks that have several names; the names in their order.</summary>
    /// <param name="networks">The networks, in their order.</param>
    public static IEnumerable<IReadOnlyList<string>> Names(IEnumerable<NetworkResult> networks) =>
        networks.GroupBy(KeyOf).Select(same => (IReadOnlyList<string>)[.. same.Select(n => n.Name)]).Where(names => names.Count > 1);

    private static string KeyOf(NetworkResult network) => network.Weights ?? network.Name;
}
