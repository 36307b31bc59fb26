using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Benchmarks;

/// <summary>
/// Distillation of candidates at every position of a network, all from the same teacher passes; the rate counts the teacher's images, once each.
/// </summary>
public sealed class DistillationBenchmark : IBenchmark
{
    private readonly Network _teacher;
    private readonly TrainingData _data;
    private readonly IReadOnlyList<OperationSpec> _operations;
    private readonly int _batch, _threads;
    private readonly TimeProvider _time;

    /// <param name="network">The teacher's name.</param>
    /// <param name="operations">The candidates of each position that can hold them; none for the teacher's passes alone.</param>
    /// <param name="precision">The type of number.</param>
    /// <param name="batch">Images a step.</param>
    /// <param name="threads">Threads of torch.</param>
    /// <param name="steps">Steps of a run.</param>
    /// <param name="time">The clock.</param>
    public DistillationBenchmark(
        string network,
        IReadOnlyList<OperationSpec> operations,
        Precision precision,
        int batch,
        int threads,
        int steps,
        TimeProvider time
    )
    {
        _teacher = Network.Create(network, new ImageShape(3, 32, 32), classes: 10);
        _teacher.Precision = precision;
        _data = TrainingData.Create(RandomImages.Create(batch * steps), heldOut: 0, seed: 0);
        (_operations, _batch, _threads, _time) = (operations, batch, threads, time);
    }

    /// <inheritdoc/>
    public string Unit => "images/s";

    /// <inheritdoc/>
    public double Run()
    {
        set_num_threads(_threads);
        using var layers = new LayerFactory(0);
        var candidates = _teacher
            .Positions.SelectMany(position =>
                _operations
                    .Where(operation => operation.Family.WhyUnavailable(operation, position) is null)
                    .Select(operation => new DistillationCandidate(
                        Invariant($"{operation.Text}@{position.Index}"),
                        position,
                        operation.Family.Create(operation, position, layers)
                    ))
            )
            .ToList();
        long started = _time.GetTimestamp();
        new Distiller(_teacher, _data, new() { BatchSize = _batch }, seed: 0, new()).Run(candidates);
        double rate = _data.Split.Train.Length / _time.GetElapsedTime(started).TotalSeconds;
        candidates.ForEach(c => c.Operation.Dispose());
        return rate;
    }

    /// <inheritdoc/>
    public void Dispose() => _teacher.Dispose();
}
