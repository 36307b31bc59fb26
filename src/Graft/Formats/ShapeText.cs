namespace Graft.Formats;

/// <summary>How the shape of a tensor is written.</summary>
internal static class ShapeText
{
    /// <summary>Dimensions in brackets, e.g. <c>[10, 64]</c>.</summary>
    public static string Of(IEnumerable<long> shape) => $"[{string.Join(", ", shape.Select(d => Invariant($"{d}")))}]";
}
