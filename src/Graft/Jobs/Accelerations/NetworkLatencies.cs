using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>The latencies of an acceleration's whole networks, in milliseconds: medians.</summary>
/// <param name="step">What was measured.</param>
/// <param name="result">The measurements.</param>
internal sealed class NetworkLatencies(LatencyStep step, LatencyStepResult result)
{
    /// <summary>The teacher's.</summary>
    public double TeacherMs { get; } = result.Teacher.Interval()!.Median;

    /// <summary>Those of the smaller networks, in the order in which they were to be measured.</summary>
    public IReadOnlyList<(string Network, double Ms)> Smaller { get; } =
        [.. step.Networks.Zip(result.Networks, (network, measured) => (network, measured.Interval()!.Median))];

    /// <summary>That of an architecture.</summary>
    public double MsOf(ComposedArchitecture architecture) => result.Architectures[architecture.Index].Interval()!.Median;

    /// <summary>That of a smaller network.</summary>
    public double MsOf(string smallerNetwork) => Smaller.First(s => s.Network == smallerNetwork).Ms;
}
