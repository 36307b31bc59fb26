using F23.StringSimilarity;

namespace Graft;

/// <summary>Finds the name that the user probably meant, for error messages.</summary>
internal static class NearestName
{
    private static readonly Damerau Distance = new();

    /// <summary>Returns the known name with the fewest edits from <paramref name="name"/>, or null if none is near.</summary>
    public static string? Of(string name, IEnumerable<string> known) => known
        .Select(candidate => (candidate, edits: Distance.Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
        .Where(x => x.edits <= Math.Max(2, name.Length / 3))
        .OrderBy(x => x.edits)
        .Select(x => x.candidate)
        .FirstOrDefault() ?? Begun(name, [.. known]);

    // Who writes the beginning of a name that no other begins with means that one.
    private static string? Begun(string name, List<string> known) =>
        name.Length >= 3 && known.FindAll(k => k.StartsWith(name, StringComparison.OrdinalIgnoreCase)) is [var only] ? only : null;

    /// <summary>Returns " Did you mean 'x'?" where a known name is near, else the list of the known names.</summary>
    /// <param name="name">What was given.</param>
    /// <param name="known">The names that there are.</param>
    /// <param name="unlisted">Others that may have been meant, but are too many to list.</param>
    public static string Hint(string name, IEnumerable<string> known, params IEnumerable<string> unlisted)
    {
        var names = known.ToList();
        return Of(name, [.. names, .. unlisted]) is { } nearest ? $" Did you mean '{nearest}'?" : $" Known: {string.Join(", ", names)}.";
    }
}
