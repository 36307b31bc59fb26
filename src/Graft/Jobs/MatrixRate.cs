using Graft.Engine;
using static TorchSharp.torch;

namespace Graft.Jobs;

/// <summary>How fast a machine multiplies matrices, for jobs that train no network.</summary>
internal static class MatrixRate
{
    private const int Size = 512, Runs = 9;

    /// <summary>Measures the median of some products with all threads and with those of a worker.</summary>
    public static WorkRate Measure(CoreAllocation cores, TimeProvider time)
    {
        return new(Of(cores.AllThreads), Of(cores.ThreadsPerWorker), null);

        double Of(int threads)
        {
            set_num_threads(threads);
            using var scope = NewDisposeScope();
            using var _ = inference_mode();
            var (a, b) = (ones(Size, Size), ones(Size, Size));
            var seconds = Enumerable.Range(0, Runs).Select(_ =>
            {
                long started = time.GetTimestamp();
                a.mm(b).Dispose();
                return time.GetElapsedTime(started).TotalSeconds;
            }).Order().ToList();
            return Math.Pow(Size, 3) / Math.Max(1e-6, seconds[Runs / 2]);
        }
    }
}
