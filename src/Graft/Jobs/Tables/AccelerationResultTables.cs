using Graft.Jobs.Accelerations;
using Graft.Latency;
using static Graft.Jobs.Tables.ResultTable;

namespace Graft.Jobs.Tables;

/// <summary>An acceleration's results, and a table of latencies, as tables.</summary>
public static class AccelerationResultTables
{
    /// <summary>
    /// The tables: networks that were tested, candidates at each position, architectures that were selected or drawn, and the operation of each position of all
    /// of them.
    /// </summary>
    public static IReadOnlyList<ResultTable> Of(AccelerationResult acceleration)
    {
        ArgumentNullException.ThrowIfNull(acceleration);
        var architectures = Architectures(acceleration);
        return
        [
            Networks(acceleration),
            Candidates(acceleration),
            Architectures(acceleration, architectures),
            Operations(acceleration, architectures),
            Unavailable(acceleration),
        ];
    }

    /// <summary>The latencies of a table: a row for each network and operation that was measured.</summary>
    public static ResultTable Of(LatencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return ResultTable.Of(
            "latencies",
            "a network or an operation that was measured",
            table.Entries.Values.Select(entry => (Entry: entry, Interval: entry.Interval())),
            new("name", "", "What was measured.", x => x.Entry.Name),
            new("median_ms", "ms", "Median latency.", x => x.Interval?.Median),
            new("lower_ms", "ms", "Lower end of the median's 95 % interval.", x => x.Interval?.Lower),
            new("upper_ms", "ms", "Upper end of the median's 95 % interval.", x => x.Interval?.Upper),
            new("samples", "", "How many runs, each in turn with the others.", x => x.Entry.SamplesMs.Count),
            new("done", "", "Whether measuring has ended.", x => x.Entry.IsDone),
            new("machine", "", "The processor.", _ => table.Target.Machine),
            new("runtime", "", "What ran the models.", _ => table.Target.Runtime),
            new("batch", "images", "Images in a run.", _ => table.Target.BatchSize),
            new("threads", "", "Threads of a run.", _ => table.Target.Threads));
    }

    private static ResultTable Networks(AccelerationResult acceleration) => ResultTable.Of(
        "networks",
        "a network that was tested",
        acceleration.Networks,
        new("acceleration", "", "The acceleration's identifier.", _ => acceleration.Acceleration),
        new("network", "", "teacher, accelerated, or what it is compared with.", x => x.Name),
        new("selected", "", "Whether it is the best architecture for a budget, fine-tuned with the teacher.", x => x.IsSelected),
        new("accuracy", Fraction, "Test accuracy, after fine-tuning where there was some.", x => x.Accuracy),
        new("accuracy_lower", Fraction, "Lower end of its exact 95 % interval over test images.", x => x.AccuracyInterval?.Lower),
        new("accuracy_upper", Fraction, "Upper end of the same interval.", x => x.AccuracyInterval?.Upper),
        new("only_right", "images", "Test images that it alone gets right, of it and accelerated.", x => x.ToAccelerated?.Test.Won),
        new("only_accelerated_right", "images", "Test images that accelerated alone gets right.", x => x.ToAccelerated?.Test.Lost),
        new("p_to_accelerated", "", "McNemar's exact test of these, corrected for all that are compared (Holm).", x => x.ToAccelerated?.CorrectedPValue),
        new("accuracy_before", Fraction, "Test accuracy before fine-tuning.", x => x.AccuracyBefore),
        new("score", "", "The sum of its scores: the predicted loss of quality.", x => x.Score),
        new("predicted_ms", "ms", "The latency that the table predicts.", x => x.PredictedMs),
        new("latency_ms", "ms", "The measured latency: median.", x => x.LatencyMs?.Median),
        new("latency_lower_ms", "ms", "Lower end of the median's 95 % interval.", x => x.LatencyMs?.Lower),
        new("latency_upper_ms", "ms", "Upper end of the same interval.", x => x.LatencyMs?.Upper),
        new("budget_ms", "ms", "The latency budget of the acceleration.", _ => acceleration.BudgetMs),
        new("parameters", "", "Trainable parameters.", x => x.Parameters),
        new("multiply_accumulates", "", "Multiply-accumulates for one image.", x => x.MultiplyAccumulates),
        new("error", "", "Why there is no accuracy, where there is none.", x => x.Error));

    private static ResultTable Candidates(AccelerationResult acceleration) => ResultTable.Of(
        "candidates",
        "an operation at a position, as the selection saw it",
        acceleration.Candidates,
        new("acceleration", "", "The acceleration's identifier.", _ => acceleration.Acceleration),
        new("position", "", PlaceMeaning, x => x.Position),
        new("operation", "", "The operation.", x => x.Operation),
        new("score", "", "The score that was added up.", x => x.Score),
        new("loss_rise", "nat", "Rise of the loss on held-out images.", x => x.LossRise),
        new("kullback_leibler", "nat", "Divergence from the teacher on held-out images.", x => x.KullbackLeibler),
        new("feature_error", "", "Normalised error of the position's output on held-out images.", x => x.FeatureError),
        new(
            "latency_ms", "ms", "Its latency at the position, the cost of calling the runtime taken off, scaled so that operations add up to whole networks.",
            x => x.LatencyMs),
        new("measured_ms", "ms", "The median as measured, that cost included.", x => x.MeasuredMs?.Median),
        new("parameters", "", "Its parameters.", x => x.Parameters),
        new("is_refined", "", "Whether it was distilled on after a first selection, and is taken as it was then.", x => x.IsRefined),
        new("chosen", "", "In how many selected architectures it stands here.", x => x.Chosen),
        new("dominated_by", "", "An operation that is no slower here and scores no worse.", x => x.DominatedBy));

    private static ResultTable Architectures(AccelerationResult acceleration, List<(string Group, int Rank, ArchitectureResult Architecture)> architectures) =>
        ResultTable.Of(
            "architectures",
            "an architecture that was predicted, and judged without training",
            architectures,
            new("acceleration", "", "The acceleration's identifier.", _ => acceleration.Acceleration),
            new("group", "", "solution (selected for the budget), random (drawn at its latency) or front (best for one of a range of budgets).", x => x.Group),
            new("rank", "", "From 1 within its group.", x => x.Rank),
            new("score", "", "The sum of its scores: the predicted loss of quality.", x => x.Architecture.Score),
            new("gap", "", "How far the score may be above the best one; 0 where it is proven optimal.", x => x.Architecture.Gap),
            new("predicted_ms", "ms", "The latency that the table predicts.", x => x.Architecture.PredictedMs),
            new("latency_ms", "ms", "The measured latency: median.", x => x.Architecture.LatencyMs?.Median),
            new("loss", "nat", "Cross-entropy on training images before any training.", x => x.Architecture.Loss),
            new("kullback_leibler", "nat", "Divergence from the teacher on the same images.", x => x.Architecture.KullbackLeibler),
            new("parameters", "", "Trainable parameters.", x => x.Architecture.Parameters),
            new("multiply_accumulates", "", "Multiply-accumulates for one image.", x => x.Architecture.MultiplyAccumulates)
        );

    private static ResultTable Operations(AccelerationResult acceleration, List<(string Group, int Rank, ArchitectureResult Architecture)> architectures) =>
        ResultTable.Of(
            "operations",
            "the operation of a position in a network or an architecture",
            acceleration
                .Networks.SelectMany(n => Placed(n.Places, n.Operations), (n, o) => (Of: n.Name, Rank: (int?)null, o.Place, o.Operation))
                .Concat(
                    architectures.SelectMany(
                        a => Placed(a.Architecture.Places, a.Architecture.Operations),
                        (a, o) => (Of: a.Group, Rank: (int?)a.Rank, o.Place, o.Operation)
                    )
                ),
            new("acceleration", "", "The acceleration's identifier.", _ => acceleration.Acceleration),
            new("of", "", "The network's name in networks.csv, or the group in architectures.csv.", x => x.Of),
            new("rank", "", "The rank in architectures.csv; empty for networks.", x => x.Rank),
            new("position", "", PlaceMeaning, x => x.Place),
            new("operation", "", "The operation.", x => x.Operation)
        );

    private static ResultTable Unavailable(AccelerationResult acceleration) => ResultTable.Of(
        "unavailable",
        "an operation that a position cannot hold",
        acceleration.Unavailable,
        new("acceleration", "", "The acceleration's identifier.", _ => acceleration.Acceleration),
        new("position", "", PlaceMeaning, x => x.Position),
        new("operation", "", "The operation.", x => x.Operation),
        new("reason", "", "Why.", x => x.Reason));

    // Results of versions that knew single positions alone name no places.
    private static IEnumerable<(object Place, string Operation)> Placed(IReadOnlyList<Place> places, IReadOnlyList<string> operations) =>
        operations.Select((operation, i) => (places.Count > i ? (object)places[i] : i + 1, operation));

    private static List<(string Group, int Rank, ArchitectureResult Architecture)> Architectures(AccelerationResult acceleration) =>
    [
        .. acceleration.Solutions.Index().Select(a => ("solution", a.Index + 1, a.Item)),
        .. acceleration.Random.Index().Select(a => ("random", a.Index + 1, a.Item)),
        .. acceleration.Front.Index().Select(a => ("front", a.Index + 1, a.Item)),
    ];
}
