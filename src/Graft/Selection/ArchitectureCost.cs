namespace Graft.Selection;

/// <summary>What a part of a network, or a whole one, costs. Costs of parts add up to that of the whole.</summary>
/// <param name="LatencyMs">Latency in milliseconds.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates for one image.</param>
internal readonly record struct ArchitectureCost(double LatencyMs, long Parameters, long MultiplyAccumulates)
{
    /// <summary>The cost of both parts.</summary>
    public static ArchitectureCost operator +(ArchitectureCost a, ArchitectureCost b) =>
        new(a.LatencyMs + b.LatencyMs, a.Parameters + b.Parameters, a.MultiplyAccumulates + b.MultiplyAccumulates);

    /// <summary>The cost of both parts.</summary>
    public static ArchitectureCost Add(ArchitectureCost left, ArchitectureCost right) => left + right;
}
