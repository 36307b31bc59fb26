using Graft.Operations;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// Times operations, or runs of them, in turns, so that other load of the machine falls on both alike. The medians say which is the faster and by about how
/// much; they are no latency table, for which nothing else should run.
/// </summary>
internal static class LatencyComparison
{
    private const int WarmUps = 2, Turns = 9;

    /// <summary>The median times of one forward pass, in milliseconds.</summary>
    /// <param name="first">Operations that run one after another.</param>
    /// <param name="second">What they are held against.</param>
    /// <param name="input">What both get, [N, C, H, W].</param>
    /// <param name="time">The clock.</param>
    public static (double First, double Second) MeasureMs(
        IReadOnlyList<Operation> first, IReadOnlyList<Operation> second, Tensor input, TimeProvider time)
    {
        using var inference = no_grad();
        foreach (var operation in first.Concat(second))
        {
            operation.eval();
        }

        var times = Enumerable.Range(0, WarmUps + Turns).Select(_ => (Time(first), Time(second))).Skip(WarmUps).ToList();
        return (Median(times.Select(t => t.Item1)), Median(times.Select(t => t.Item2)));

        double Time(IReadOnlyList<Operation> operations)
        {
            using var scope = NewDisposeScope();
            long started = time.GetTimestamp();
            _ = operations.Aggregate(input, (features, operation) => operation.call(features));
            if (input.device_type == TorchSharp.DeviceType.CUDA)
            {
                cuda.synchronize();
            }

            return time.GetElapsedTime(started).TotalMilliseconds;
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Turns / 2);
}
