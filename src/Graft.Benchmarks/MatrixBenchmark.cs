using static TorchSharp.torch;

namespace Graft.Benchmarks;

/// <summary>The machine's own rate of matrix products [n, n]·[n, n]: what convolutions could reach at best.</summary>
public sealed class MatrixBenchmark : IBenchmark
{
    private const int Size = 2048;

    private readonly Tensor _a, _b;
    private readonly int _threads;
    private readonly TimeProvider _time;

    /// <param name="type">The type of number: fp32 or bf16.</param>
    /// <param name="threads">Threads of torch.</param>
    /// <param name="time">The clock.</param>
    public MatrixBenchmark(ScalarType type, int threads, TimeProvider time)
    {
        _a = ones([Size, Size], type);
        _b = ones([Size, Size], type);
        (_threads, _time) = (threads, time);
    }

    /// <inheritdoc/>
    public string Unit => "GFLOP/s";

    /// <inheritdoc/>
    public double Run()
    {
        set_num_threads(_threads);
        long started = _time.GetTimestamp();
        using var product = _a.mm(_b);
        return 2.0 * Size * Size * Size / _time.GetElapsedTime(started).TotalSeconds / 1e9;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }
}
