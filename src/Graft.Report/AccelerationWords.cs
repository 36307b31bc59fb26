using Graft.Jobs.Accelerations;

namespace Graft.Report;

/// <summary>What reports and command line say alike of an acceleration.</summary>
internal static class AccelerationWords
{
    /// <summary>The network that was handed over, or else Graft's own choice; null while there is none, and where it is the teacher.</summary>
    public static NetworkResult? Handed(AccelerationResult result) =>
        result.Networks.Skip(1).FirstOrDefault(n => n.Name == (result.Exported ?? AccelerationResult.Accelerated));

    /// <summary>The networks that no other one beats in both, the fastest first: a whole sentence.</summary>
    public static string BestForEachLatency(AccelerationResult result, AccelerationAdvice advice)
    {
        var front = advice.Front.Select(name => result.Networks.First(n => n.Name == name));
        return $"Best for each latency: {string.Join("; ", front.Select(Point))}.";
    }

    private static string Point(NetworkResult network) =>
        $"{Format.Number(network.LatencyMs?.Median, "0.000")} ms {network.Name} ({Format.Percent(network.Accuracy)} %)";
}
