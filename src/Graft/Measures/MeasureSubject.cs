using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Graft.Measures;

/// <summary>
/// What measures look at: a teacher, the same network with one operation swapped, and some held-out images. What several measures need (answers, feature maps,
/// gradients) is computed once, when the first asks for it. All in fp32, whatever precision trains. Networks and images are its own, and go with it.
/// </summary>
public sealed class MeasureSubject : IDisposable
{
    private readonly List<IDisposable> _kept = [];
    private readonly Lazy<IReadOnlyList<TeacherAnswer>> _teacherAnswers;
    private readonly Lazy<(IReadOnlyList<Tensor> Inputs, Tensor Target)> _features;
    private readonly Lazy<Tensor> _output;
    private readonly Lazy<AnswerComparison> _stored;
    private readonly Lazy<(AnswerComparison Answers, GradientSums Gradients)> _inBatches;
    private readonly Lazy<LatencyComparison> _latency;

    /// <summary>A subject.</summary>
    /// <param name="teacher">The teacher. Its mode changes; its values do not.</param>
    /// <param name="network">The teacher with the distilled candidate in place, a network of its own. Likewise.</param>
    /// <param name="position">Where the candidate is.</param>
    /// <param name="batches">The images.</param>
    /// <param name="device">Where both networks are.</param>
    /// <param name="time">The clock that operations are timed by.</param>
    /// <param name="cancellation">Ends what is being computed.</param>
    public MeasureSubject(
        Network teacher,
        Network network,
        Position position,
        IReadOnlyList<Batch> batches,
        Device device,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        (Teacher, Network, Position, Cancellation) = (teacher, network, position, cancellation);
        _kept.AddRange(batches);
        Images = [.. batches.Select(b => Keep(b.Images.to(device)))];
        Labels = [.. batches.Select(b => Keep(b.Labels.to(device)))];
        _teacherAnswers = new(() => [.. Answers(Teacher).Zip(Labels, Answer)]);
        _features = new(FeaturesAtPosition);
        _output = new(OutputOfCandidate);
        _stored = new(CompareWithStoredStatistics);
        _inBatches = new(CompareInBatches);
        _latency = new(() => LatencyComparison.Measure(Own, Placed, Inputs[0], time, Waited));
    }

    /// <summary>Is told how long a measurement of latency waited for others to have measured; null for nobody.</summary>
    internal Action<TimeSpan>? Waited { get; init; }

    /// <summary>The unchanged network.</summary>
    public Network Teacher { get; }

    /// <summary>The network with the candidate in place.</summary>
    public Network Network { get; }

    /// <summary>Where the candidate is.</summary>
    public Position Position { get; }

    /// <summary>Ends what is being computed.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The images, batch by batch: normalised, [N, C, H, W]. Not to be disposed.</summary>
    public IReadOnlyList<Tensor> Images { get; }

    /// <summary>Their classes, batch by batch: [N].</summary>
    public IReadOnlyList<Tensor> Labels { get; }

    /// <summary>The teacher's own operations there: one, or those of all positions of a run, in their order.</summary>
    public IReadOnlyList<Operation> Own => Teacher.OperationsAt(Position.Place);

    /// <summary>The candidate. In the unchanged network, from whose value scores count, it is the own operation of the first position.</summary>
    public Operation Candidate => Network.OperationAt(Position);

    /// <summary>What the network has there: the candidate, or in the unchanged network its own operations.</summary>
    internal IReadOnlyList<Operation> Placed => Network.OperationsAt(Position.Place);

    /// <summary>The teacher's feature maps before the position, batch by batch: [N, C, H, W].</summary>
    public IReadOnlyList<Tensor> Inputs => _features.Value.Inputs;

    /// <summary>The teacher's feature maps behind the position, of all images: [N, C, H, W].</summary>
    public Tensor Target => _features.Value.Target;

    /// <summary>What the network makes of <see cref="Inputs"/> at the position or run, of all images: [N, C, H, W].</summary>
    public Tensor Output => _output.Value;

    /// <summary>The network's answers against the teacher's.</summary>
    internal AnswerComparison Compare(StatisticsUse statistics) => statistics == StatisticsUse.Stored ? _stored.Value : _inBatches.Value.Answers;

    /// <summary>The gradients of the loss with respect to the network's weights, in batch statistics.</summary>
    internal GradientSums Gradients => _inBatches.Value.Gradients;

    /// <summary>The times of a forward pass of one batch, of the candidate against the teacher's own operations.</summary>
    internal LatencyComparison Latency => _latency.Value;

    /// <summary>Frees everything.</summary>
    public void Dispose()
    {
        _kept.ForEach(kept => kept.Dispose());
        Teacher.Dispose();
        Network.Dispose();
    }

    private Tensor Keep(Tensor tensor)
    {
        var kept = tensor.DetachFromDisposeScope();
        _kept.Add(kept);
        return kept;
    }

    private List<Tensor> Answers(Network network)
    {
        using var _ = no_grad();
        network.eval();
        return [.. Images.Select(x => network.call(x))];
    }

    private TeacherAnswer Answer(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var answer = new TeacherAnswer(logits, labels);
        Keep(answer.LogProbabilities);
        return answer;
    }

    private AnswerComparison CompareWithStoredStatistics()
    {
        using var scope = NewDisposeScope();
        var comparison = new AnswerComparison();
        foreach (var (answer, logits) in _teacherAnswers.Value.Zip(Answers(Network)))
        {
            comparison.Add(answer, logits);
        }

        Cancellation.ThrowIfCancellationRequested();
        return comparison;
    }

    private (IReadOnlyList<Tensor> Inputs, Tensor Target) FeaturesAtPosition()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Teacher.eval();
        var (first, last) = (Position.Place.First, Position.Place.Last);
        var features = Images.Select(x => Teacher.ForwardFeatures(x, new HashSet<int> { first, last })).ToList();
        return ([.. features.Select(f => Keep(f[first].Input))], Keep(cat([.. features.Select(f => f[last].Output)])));
    }

    private Tensor OutputOfCandidate()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Network.eval();
        return Keep(cat([.. Inputs.Select(x => Placed.Aggregate(x, (features, operation) => operation.call(features)))]));
    }

    private (AnswerComparison Answers, GradientSums Gradients) CompareInBatches()
    {
        var answers = _teacherAnswers.Value;
        using var statistics = new StoredStatistics(Teacher, Network); // training mode changes them
        Teacher.train();
        Network.train();
        var comparison = new AnswerComparison();
        var gradients = new GradientSums(Network, _kept.Add);
        foreach (var (images, answer) in Images.Zip(answers))
        {
            Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var logits = Network.call(images);
            Functional.cross_entropy(logits, answer.Labels).backward();
            gradients.Add();
            using var _ = no_grad();
            comparison.Add(answer, logits, new TeacherAnswer(Teacher.call(images), answer.Labels).Loss);
        }

        return (comparison, gradients);
    }

    // Puts batch normalisation's running statistics back.
    private sealed class StoredStatistics : IDisposable
    {
        private readonly List<(Tensor Buffer, Tensor Value)> _values;

        public StoredStatistics(params IEnumerable<Network> networks)
        {
            using var _ = no_grad();
            _values = [.. networks.SelectMany(n => n.buffers()).Select(b => (b, b.clone().DetachFromDisposeScope()))];
        }

        public void Dispose()
        {
            using var _ = no_grad();
            foreach (var (buffer, value) in _values)
            {
                buffer.copy_(value);
                value.Dispose();
            }
        }
    }
}
