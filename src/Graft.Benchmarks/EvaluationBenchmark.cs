using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using static TorchSharp.torch;

namespace Graft.Benchmarks;

/// <summary>Inference on batches of random 3x32x32 images.</summary>
public sealed class EvaluationBenchmark : IBenchmark
{
    private readonly Network _network;
    private readonly Tensor _images;
    private readonly int _batch, _threads, _batches;
    private readonly TimeProvider _time;

    /// <param name="network">The network's name.</param>
    /// <param name="precision">The type of number.</param>
    /// <param name="batch">Images a batch.</param>
    /// <param name="threads">Threads of torch.</param>
    /// <param name="batches">Batches of a run; the first of them is not counted.</param>
    /// <param name="time">The clock.</param>
    public EvaluationBenchmark(string network, Precision precision, int batch, int threads, int batches, TimeProvider time)
    {
        _network = Network.Create(network, new ImageShape(3, 32, 32), classes: 10);
        _network.Precision = precision;
        _network.eval();
        using var random = new Generator(0);
        using var pixels = randn([batch, 32, 32, 3], generator: random);
        _images = pixels.permute(0, 3, 1, 2);
        (_batch, _threads, _batches, _time) = (batch, threads, batches, time);
    }

    /// <inheritdoc/>
    public string Unit => "images/s";

    /// <inheritdoc/>
    public double Run()
    {
        set_num_threads(_threads);
        using var _ = inference_mode();
        Forward();
        long started = _time.GetTimestamp();
        for (int i = 1; i < _batches; i++)
        {
            Forward();
        }

        return _batch * (_batches - 1) / _time.GetElapsedTime(started).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _images.Dispose();
    }

    private void Forward()
    {
        using var scope = NewDisposeScope();
        _network.call(_images);
    }
}
