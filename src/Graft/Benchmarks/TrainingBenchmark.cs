using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Benchmarks;

/// <summary>Training steps on one batch of random 3x32x32 images: forward, loss, backward, optimizer.</summary>
public sealed class TrainingBenchmark : IBenchmark
{
    private readonly Network _network;
    private readonly Sgd _sgd;
    private readonly Tensor _images, _labels;
    private readonly int _batch, _threads, _steps;
    private readonly TimeProvider _time;

    /// <param name="network">The network's name.</param>
    /// <param name="precision">The type of number.</param>
    /// <param name="batch">Images a step.</param>
    /// <param name="threads">Threads of torch.</param>
    /// <param name="steps">Steps of a run; the first of them is not counted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="substitution">An operation that is put into a position first; null for none.</param>
    public TrainingBenchmark(
        string network, Precision precision, int batch, int threads, int steps, TimeProvider time, (int Position, string Operation)? substitution = null)
    {
        _network = Network.Create(network, new ImageShape(3, 32, 32), classes: 10);
        if (substitution is var (position, operation))
        {
            using var layers = new LayerFactory(0);
            _network.Substitute(_network.Definition.PositionAt(position), OperationCatalog.Default.Parse(operation), layers);
        }

        _network.Precision = precision;
        _sgd = new([.. _network.parameters()], momentum: 0.9, weightDecay: 5e-4);
        using var random = new Generator(0);
        using var pixels = randn([batch, 32, 32, 3], generator: random);
        _images = pixels.permute(0, 3, 1, 2);
        _labels = arange(batch, ScalarType.Int64).remainder_(10);
        (_batch, _threads, _steps, _time) = (batch, threads, steps, time);
    }

    /// <inheritdoc/>
    public string Unit => "images/s";

    /// <inheritdoc/>
    public double Run()
    {
        set_num_threads(_threads);
        _network.train();
        Step();
        long started = _time.GetTimestamp();
        for (int step = 1; step < _steps; step++)
        {
            Step();
        }

        return _batch * (_steps - 1) / _time.GetElapsedTime(started).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sgd.Dispose();
        _network.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }

    private void Step()
    {
        using var scope = NewDisposeScope();
        nn.functional.cross_entropy(_network.call(_images), _labels).backward();
        _sgd.Step(1e-3);
    }
}
