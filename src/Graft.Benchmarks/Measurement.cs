using MathNet.Numerics.Statistics;

namespace Graft.Benchmarks;

/// <summary>What was measured several times, in turns with others.</summary>
/// <param name="Subject">What was measured, e.g. <c>train wrn-40-2, bf16, batch 128, 1 thread</c>.</param>
/// <param name="Unit">The unit of the values, e.g. <c>images/s</c>.</param>
/// <param name="Values">The values, in the order in which they were measured.</param>
public sealed record Measurement(string Subject, string Unit, IReadOnlyList<double> Values)
{
    /// <summary>The median of the values.</summary>
    public double Median => Values.Median();

    /// <summary>The lowest value.</summary>
    public double Low => Values.Min();

    /// <summary>The highest value.</summary>
    public double High => Values.Max();

    /// <summary>The median of the ratios to what was measured in the same rounds: a drift of the machine falls out.</summary>
    /// <param name="other">What to divide by; of the same run.</param>
    public double RatioTo(Measurement other) => Values.Zip(other.Values, (value, divisor) => value / divisor).Median();
}
