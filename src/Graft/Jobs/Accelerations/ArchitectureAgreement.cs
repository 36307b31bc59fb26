using Graft.Analysis;
using Graft.Runtime;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>How what selection went by, scores and latencies that add up over places, agrees with what was measured of whole architectures.</summary>
internal sealed class ArchitectureAgreement
{
    private readonly bool _isLossPredicted;
    private readonly ulong _seed; // decides the bootstraps
    private readonly IReadOnlyList<ArchitectureResult> _selected, _random, _all;

    /// <param name="plan">What scores stand for.</param>
    /// <param name="selected">The best ones for the plan's budget and for others; the best of a budget may be the best of another one, too.</param>
    /// <param name="random">Random ones.</param>
    public ArchitectureAgreement(AccelerationPlan plan, IEnumerable<ArchitectureResult> selected, IReadOnlyList<ArchitectureResult> random)
    {
        _isLossPredicted = plan.Selection.Score == SelectionPlan.Loss;
        _seed = Seed.Mix(plan.Seed);
        _random = random;
        _selected = Distinct(selected);
        _all = Distinct([.. _selected, .. random]);
    }

    /// <summary>Of the scores with what was measured of random architectures.</summary>
    public RankAgreement? OnRandom =>
        RankAgreement.Of([.. _random.Where(a => a.KullbackLeibler is not null).Select(a => (a.Score, Predicted(a)!.Value))], _seed);

    /// <summary>How well scores put them into order, beside what costs nothing.</summary>
    public IReadOnlyList<OrderAgreement> Order => OrderAgreement.Of(
        [
            .. _selected.Select(a => Judged(a, ArchitectureGroup.Front))
                .Concat(_random.Select(a => Judged(a, ArchitectureGroup.Random)))
                .OfType<JudgedArchitecture>(),
        ],
        [.. _all.Select(a => Judged(a, ArchitectureGroup.Front)).OfType<JudgedArchitecture>()], // the group of these counts for nothing
        _seed);

    /// <summary>Of the scores with accuracies after fine-tuning, each architecture once.</summary>
    /// <param name="networks">The networks, the teacher first.</param>
    public RankAgreement? OnFineTuned(IReadOnlyList<NetworkResult> networks) => RankAgreement.Of(
        [
            .. networks
                .Skip(1)
                .Where(n => n is { Accuracy: not null, Score: not null } && n.Name != OpponentNames.WithoutDistillation)
                .DistinctBy(n => ArchitectureResult.NameOf(n.Places, n.Operations))
                .Select(n => (n.Score!.Value, 1 - n.Accuracy!.Value)),
        ],
        _seed);

    /// <summary>
    /// What the scores of the architectures' operations add up to, as they were judged, on all architectures of <see cref="Order"/>; null where too few were.
    /// </summary>
    /// <param name="scores">The score of each candidate.</param>
    public ScoreModel? Fit(IReadOnlyDictionary<OperationAt, double> scores) => ScoreModel.Fit(
    [
        .. _all.Where(a => a.KullbackLeibler is not null)
            .Select(a => ((IReadOnlyList<double>)[.. OperationsOf(a).Where(scores.ContainsKey).Select(o => scores[o])], a.KullbackLeibler!.Value)),
    ]);

    /// <summary>The mean relative error of the predicted latencies of architectures; null where none was measured undisturbed.</summary>
    /// <param name="architectures">The architectures, each once.</param>
    internal static double? LatencyErrorOf(IEnumerable<ArchitectureResult> architectures) =>
        LatencyErrorOf(architectures.Where(a => a.LatencyMs is not null).Select(a => (a.PredictedMs, a.LatencyMs!)));

    /// <summary>The mean relative error of predicted latencies, in milliseconds; null where none was measured undisturbed.</summary>
    internal static double? LatencyErrorOf(IEnumerable<(double PredictedMs, MedianInterval Measured)> latencies) =>
        latencies.Where(l => !l.Measured.IsDisturbed).Select(l => (double?)Math.Abs(l.PredictedMs - l.Measured.Median) / l.Measured.Median).Average();

    private static List<ArchitectureResult> Distinct(IEnumerable<ArchitectureResult> architectures) =>
        [.. architectures.DistinctBy(a => ArchitectureResult.NameOf(a.Places, a.Operations))];

    private static IEnumerable<OperationAt> OperationsOf(ArchitectureResult architecture) =>
        architecture.Places.Zip(architecture.Operations, (place, operation) => new OperationAt(place, operation));

    // What the score predicts; null where it was not judged.
    private double? Predicted(ArchitectureResult architecture) => _isLossPredicted ? architecture.Loss : architecture.KullbackLeibler;

    // Null where it was not judged.
    private JudgedArchitecture? Judged(ArchitectureResult architecture, ArchitectureGroup group) => Predicted(architecture) is { } loss
        ? new(
            group,
            architecture.Score,
            OperationsOf(architecture).Where(o => !o.IsOwn).Sum(o => o.Place.Length),
            architecture.Parameters,
            loss,
            architecture.Accuracy)
        : null;
}
