using Graft.Operations;
using Graft.Runtime;
using MathNet.Numerics.Statistics;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// Times of two operations, or runs of them, taken in short rounds of turns. The change is the median over rounds of the ratio within a round, so that load
/// that comes, goes or stays falls on both alike; and times are those of the processor where it tells them, as whatever takes longer is interrupted more often.
/// Both compute on one thread.
/// It is no latency table, for which nothing else should run.
/// </summary>
/// <param name="OwnMs">The lowest quartile over rounds of the time of one forward pass, in milliseconds, of what is compared with.</param>
/// <param name="CandidateMs">The same of the candidate.</param>
/// <param name="Change">The candidate's time over the other's, less 1: 0 for as fast, 1 for twice the time. NaN where the clock told no time.</param>
internal sealed record LatencyComparison(double OwnMs, double CandidateMs, double Change)
{
    /// <summary>How long a measurement takes, but of operations whose fewest rounds take longer.</summary>
    internal const double UsualSeconds = 1;

    private const int WarmUps = 2, FewestRounds = 11, MostRounds = 101;
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(UsualSeconds);

    /// <summary>Measures. Two measurements of a machine wait for one another; what else runs there does not.</summary>
    /// <param name="own">Operations that run one after another.</param>
    /// <param name="candidate">What is held against them.</param>
    /// <param name="input">What both get, [N, C, H, W].</param>
    /// <param name="time">The clock.</param>
    /// <param name="waited">Is told how long it waited for others to have measured; null for nobody.</param>
    public static LatencyComparison Measure(
        IReadOnlyList<Operation> own, IReadOnlyList<Operation> candidate, Tensor input, TimeProvider time, Action<TimeSpan>? waited = null)
    {
        using var inference = no_grad();
        foreach (var operation in own.Concat(candidate))
        {
            operation.eval();
        }

        var clock = ProcessorTime.IsFine && input.device_type == TorchSharp.DeviceType.CPU ? new ProcessorTime() : time;
        int threads = get_num_threads();
        set_num_threads(1); // the processor's time of several adds up, and what they take depends on how many there are
        try
        {
            return MachineTurn.Take(MachineTurn.OfLatencies, () => Measure(() => Run(own), () => Run(candidate), time, clock), time, waited);
        }
        finally
        {
            set_num_threads(threads);
        }

        void Run(IReadOnlyList<Operation> operations)
        {
            using var scope = NewDisposeScope();
            _ = operations.Aggregate(input, (features, operation) => operation.call(features));
            if (input.device_type == TorchSharp.DeviceType.CUDA)
            {
                cuda.synchronize();
            }
        }
    }

    /// <summary>Measures two actions.</summary>
    /// <param name="own">What is compared with.</param>
    /// <param name="candidate">What is held against it.</param>
    /// <param name="time">The clock that ends the rounds.</param>
    /// <param name="clock">What an action takes is told by this.</param>
    internal static LatencyComparison Measure(Action own, Action candidate, TimeProvider time, TimeProvider clock)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            own();
            candidate();
        }

        var rounds = new List<(double Own, double Candidate)>();
        long started = time.GetTimestamp();
        while (rounds.Count < FewestRounds || (rounds.Count < MostRounds && time.GetElapsedTime(started) < LongEnough))
        {
            // A B B A: what grows or fades within a round weighs on both alike, and what hits one call is passed over.
            double first = Time(own), second = Time(candidate), third = Time(candidate), fourth = Time(own);
            rounds.Add((Math.Min(first, fourth), Math.Min(second, third)));
        }

        return new(
            Quantile(rounds.Select(r => r.Own), 0.25),
            Quantile(rounds.Select(r => r.Candidate), 0.25),
            Quantile(rounds.Select(r => r.Candidate / r.Own), 0.5) - 1);

        double Time(Action action)
        {
            long began = clock.GetTimestamp();
            action();
            return clock.GetElapsedTime(began).TotalMilliseconds;
        }
    }

    private static double Quantile(IEnumerable<double> values, double share) => values.QuantileCustom(share, QuantileDefinition.R7);
}
