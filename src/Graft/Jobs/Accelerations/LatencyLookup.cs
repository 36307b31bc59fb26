using Graft.Analysis;
using Graft.Latency;
using Graft.Networks;
using Graft.Operations;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// <b>LANA</b>'s look-up table: the latency of every candidate, from which that of networks is predicted. A network takes what the teacher takes, measured whole, plus the
/// differences of its operations to the teacher's: stem, head and what the operations cost one another in passing on data are those of the teacher.
/// </summary>
internal sealed class LatencyLookup
{
    private readonly AccelerationGraph _graph;
    private readonly LatencyMeasurement _measurement;
    private readonly Dictionary<(int, string), LatencySubject> _subjects = [];
    private readonly LatencySubject _call, _teacher, _reference;
    private LatencyTable _table;

    private LatencyLookup(AccelerationGraph graph, LatencyMeasurement measurement, IProgress<(int Done, int Of)>? progress, CancellationToken cancellation)
    {
        _graph = graph;
        _measurement = measurement;
        var identity = OperationCatalog.Default.Parse("identity");
        var pixel = new FeatureShape(1, 1, 1);
        _call = LatencySubject.Of(identity, graph.Network.Positions[0] with { Input = pixel, Output = pixel, Stride = 1 }, "a call of the runtime");
        foreach (var candidate in graph.Candidates.Where(c => !IsFree(c)))
        {
            _subjects[(candidate.Position.Index, candidate.Operation.Text)] = LatencySubject.Of(candidate.Operation, candidate.Position);
        }

        _teacher = LatencySubject.Of(graph.Network);
        _reference = _teacher.AsReference();
        _table = measurement.Run([.. _subjects.Values, _call, _teacher], progress, cancellation: cancellation);
        double call = IntervalOf(_call).Median;
        LatencyMs = graph.Candidates.ToDictionary(
            c => (c.Position.Index, c.Operation.Text),
            c => _subjects.TryGetValue((c.Position.Index, c.Operation.Text), out var subject) ? Math.Max(0, IntervalOf(subject).Median - call) : 0);
        TeacherSumMs = graph.Network.Positions.Sum(p => LatencyMs[(p.Index, TeacherOperation.FamilyName)]);
    }

    /// <summary>The latency of each candidate by position and operation, the cost of calling the runtime taken off.</summary>
    public IReadOnlyDictionary<(int Position, string Operation), double> LatencyMs { get; }

    /// <summary>The latency of the teacher, measured whole in turns with its operations.</summary>
    public MedianInterval Teacher => IntervalOf(_teacher);

    /// <summary>The latency of the teacher, measured whole in turns with other networks.</summary>
    public MedianInterval TeacherBesideNetworks => IntervalOf(_reference);

    /// <summary>How much longer everything took when networks were measured than when operations were.</summary>
    public double Drift => TeacherBesideNetworks.Median / Teacher.Median;

    /// <summary>The sum over the teacher's operations in the table.</summary>
    public double TeacherSumMs { get; }

    /// <summary>What lies outside all positions; nothing where the operations, measured one by one, take more than the network that holds them.</summary>
    public double OutsideMs => Math.Max(0, Teacher.Median - TeacherSumMs);

    /// <summary>Measures what is missing in the table and reads the rest from it.</summary>
    public static LatencyLookup Measure(
        AccelerationGraph graph, LatencyMeasurement measurement, IProgress<(int Done, int Of)>? progress, CancellationToken cancellation) =>
        new(graph, measurement, progress, cancellation);

    /// <summary>The measured interval of a candidate; null for the identity.</summary>
    public MedianInterval? MeasuredOf(AccelerationCandidate candidate) =>
        _subjects.TryGetValue((candidate.Position.Index, candidate.Operation.Text), out var subject) ? IntervalOf(subject) : null;

    /// <summary>Measures whole networks, in turns with the teacher.</summary>
    /// <param name="architectures">Operations that are swapped into the network.</param>
    /// <param name="networks">Other networks, with their own operations.</param>
    /// <param name="progress">Is told how many are done, of how many.</param>
    /// <param name="cancellation">Ends it; what was measured is kept.</param>
    /// <returns>The interval of each, in order.</returns>
    public (IReadOnlyList<MedianInterval> Architectures, IReadOnlyList<MedianInterval> Networks) MeasureNetworks(
        IEnumerable<IReadOnlyList<string>> architectures, IEnumerable<NetworkDefinition> networks, IProgress<(int Done, int Of)>? progress, CancellationToken cancellation)
    {
        var swapped = architectures.Select(operations => LatencySubject.Of(
            _graph.Network, [.. operations.Select(OperationCatalog.Default.Parse)], $"{_graph.Network.Name}: {string.Join(" ", operations)}")).ToList();
        var others = networks.Select(LatencySubject.Of).ToList();
        _table = _measurement.Run([.. swapped, .. others], progress, _reference, cancellation);
        return ([.. swapped.Select(IntervalOf)], [.. others.Select(IntervalOf)]);
    }

    private MedianInterval IntervalOf(LatencySubject subject) => _table.Entries[subject.Key].Interval()!;

    // The identity is not there at all in a network.
    private static bool IsFree(AccelerationCandidate candidate) => candidate.Operation.Family is IdentityOperation;
}
