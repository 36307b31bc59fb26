using static TorchSharp.torch;

namespace Graft.Benchmarks;

/// <summary>The machine's own rate of copying memory: what operations that compute little could reach at best.</summary>
public sealed class CopyBenchmark : IBenchmark
{
    private const long Size = 64 << 20; // floats: 256 MB, far beyond any cache

    private readonly Tensor _from = ones(Size), _to = zeros(Size);
    private readonly int _threads;
    private readonly TimeProvider _time;

    /// <param name="threads">Threads of torch.</param>
    /// <param name="time">The clock.</param>
    public CopyBenchmark(int threads, TimeProvider time)
    {
        (_threads, _time) = (threads, time);
    }

    /// <inheritdoc/>
    public string Unit => "GB/s";

    /// <inheritdoc/>
    public double Run()
    {
        set_num_threads(_threads);
        long started = _time.GetTimestamp();
        _to.copy_(_from);
        return 2.0 * sizeof(float) * Size / _time.GetElapsedTime(started).TotalSeconds / 1e9; // read and written
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }
}
