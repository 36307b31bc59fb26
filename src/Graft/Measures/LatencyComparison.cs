using Graft.Operations;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// Times two operations in turns, so that other load of the machine falls on both alike. The medians say which is the faster and by about how much; they are no
/// latency table, for which nothing else should run.
/// </summary>
internal static class LatencyComparison
{
    private const int WarmUps = 2, Turns = 9;

    /// <summary>The median times of one forward pass, in milliseconds.</summary>
    public static (double First, double Second) MeasureMs(Operation first, Operation second, Tensor input, TimeProvider time)
    {
        using var _ = no_grad();
        first.eval();
        second.eval();
        var times = Enumerable.Range(0, WarmUps + Turns).Select(_ => (Time(first), Time(second))).Skip(WarmUps).ToList();
        return (Median(times.Select(t => t.Item1)), Median(times.Select(t => t.Item2)));

        double Time(Operation operation)
        {
            using var scope = NewDisposeScope();
            long started = time.GetTimestamp();
            var output = operation.call(input);
            if (input.device_type == TorchSharp.DeviceType.CUDA)
            {
                cuda.synchronize();
            }

            return time.GetElapsedTime(started).TotalMilliseconds;
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Turns / 2);
}
