namespace Graft.Benchmarks;

/// <summary>A rate that was measured several times.</summary>
/// <param name="Subject">What was measured, e.g. <c>training wrn-40-2 bf16, 1 thread</c>.</param>
/// <param name="Unit">The unit of the values, e.g. <c>images/s</c>.</param>
/// <param name="Values">The values, in the order in which they were measured.</param>
public sealed record Measurement(string Subject, string Unit, IReadOnlyList<double> Values)
{
    /// <summary>The median of the values.</summary>
    public double Median => MathNet.Numerics.Statistics.Statistics.Median(Values);

    /// <summary>The lowest value.</summary>
    public double Low => Values.Min();

    /// <summary>The highest value.</summary>
    public double High => Values.Max();
}
