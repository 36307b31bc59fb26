namespace Graft.Runtime;

/// <summary>Lists in sentences.</summary>
internal static class Listing
{
    /// <summary>Items with commas and an "and" between them, e.g. <c>a, b and c</c>.</summary>
    public static string Of(IReadOnlyList<string> items) =>
        items.Count < 2 ? string.Concat(items) : $"{string.Join(", ", items.Take(items.Count - 1))} and {items[^1]}";
}
