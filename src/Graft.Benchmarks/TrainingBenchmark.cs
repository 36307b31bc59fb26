using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Benchmarks;

/// <summary>Training steps on one batch of random 3x32x32 images: forward, loss, backward, optimizer.</summary>
public sealed class TrainingBenchmark : IBenchmark
{
    private const double LearningRate = 1e-3;

    private readonly Network _network;
    private readonly NetworkTraining _training;
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
        set_num_threads(threads); // as many replicas
        _training = new(_network, new TrainingRecipe(), CPU, batch);
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
        _training.Step(_images, _labels, LearningRate);
        long started = _time.GetTimestamp();
        for (int step = 1; step < _steps; step++)
        {
            _training.Step(_images, _labels, LearningRate);
        }

        return _batch * (_steps - 1) / _time.GetElapsedTime(started).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _training.Dispose();
        _network.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }
}
