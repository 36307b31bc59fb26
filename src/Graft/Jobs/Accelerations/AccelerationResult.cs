using System.Text.Json.Serialization;
using Graft.Analysis;
using Graft.Latency;
using Graft.Selection;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// What an acceleration found: one document, written as JSON by <c>graft accelerate --json</c> and read by the report. Accuracies are fractions of the test set
/// in [0, 1].
/// </summary>
public sealed record AccelerationResult
{
    /// <summary>The name of the accelerated network among <see cref="Networks"/>.</summary>
    public const string Accelerated = "accelerated";

    /// <summary>The acceleration's identifier: a hash of its resolved plan and its data.</summary>
    public required string Acceleration { get; init; }

    /// <summary><c>done</c>, <c>incomplete</c> (some steps have not run yet) or <c>failed</c> (some steps failed).</summary>
    public JobState State { get; init; } = JobState.Done;

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>What the ONNX file was called that the network was read from, without its folder; null for networks of Graft's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NetworkFile { get; init; }

    /// <summary>What readers call the network.</summary>
    internal string NetworkTitle => NetworkImports.Title(Network, NetworkFile);

    /// <summary>The data set's name.</summary>
    public required string Data { get; init; }

    /// <summary>What was added up over positions (<see cref="SelectionPlan.Score"/>).</summary>
    internal string Score { get; init; } = SelectionPlan.KullbackLeibler;

    /// <summary>The latency budget in milliseconds.</summary>
    public required double BudgetMs { get; init; }

    /// <summary>Where latencies were measured.</summary>
    public required LatencyTarget Target { get; init; }

    /// <summary>The networks that were measured and tested: the teacher first, then the accelerated one, then what it is compared with.</summary>
    public required IReadOnlyList<NetworkResult> Networks { get; init; }

    /// <summary>
    /// Why no smaller network of the family, trained from scratch, is among them though the plan asks for baselines: a clause. Null where one is or will be,
    /// and where none is asked for.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WhyNoSmallerNetwork { get; init; }

    /// <summary>Which network is best for which latency; null while none has been fine-tuned and measured.</summary>
    public AccelerationAdvice? Advice { get; init; }

    /// <summary>
    /// The name of the exported network among <see cref="Networks"/>; null if there is none, and in documents of versions that exported none but the
    /// accelerated one.
    /// </summary>
    public string? Exported { get; init; }

    /// <summary>The exported file; null if there is none.</summary>
    public string? Model { get; init; }

    /// <summary>The largest difference of a logit between the exported file in ONNX Runtime and the network.</summary>
    public double? ModelMaxDifference { get; init; }

    /// <summary>The exported file's test accuracy, a fraction: in fp32, where those of the networks are of the plan's precision.</summary>
    public double? ModelAccuracy { get; init; }

    /// <summary>Every operation that a position could get.</summary>
    public required IReadOnlyList<CandidateResult> Candidates { get; init; }

    /// <summary>The selected architectures, best prediction first.</summary>
    public required IReadOnlyList<ArchitectureResult> Solutions { get; init; }

    /// <summary>Random architectures of the same latency.</summary>
    public required IReadOnlyList<ArchitectureResult> Random { get; init; }

    /// <summary>The best architecture for each of a range of budgets, as predicted.</summary>
    public required IReadOnlyList<ArchitectureResult> Front { get; init; }

    /// <summary>
    /// The order of random architectures by predicted score against that by the measured divergence from the teacher, or loss where that is the score; null
    /// where there are too few.
    /// </summary>
    public RankAgreement? ScoreAgreement { get; init; }

    /// <summary>
    /// The order of architectures by predicted score against that by what was measured, beside orders that cost nothing: of selected ones (all budgets), of
    /// random ones, and of all.
    /// </summary>
    public IReadOnlyList<OrderAgreement> Order { get; init; } = [];

    /// <summary>
    /// How scores add up to the divergence of all judged architectures, fitted on them: what each change costs beside its score, and whether that orders them
    /// better than the mere sum. Null where there are too few.
    /// </summary>
    public ScoreModel? ScoreModel { get; init; }

    /// <summary>
    /// The order of architectures by predicted score against that by test error after fine-tuning with the teacher; null where there are too few.
    /// </summary>
    public RankAgreement? FineTunedAgreement { get; init; }

    /// <summary>
    /// How far predicted latencies are from measured ones: the mean of |predicted − measured| / measured over <see cref="Solutions"/>,
    /// <see cref="Front"/> and <see cref="Random"/>, each architecture once, but those that other programs disturbed, whose interval's upper end is more than
    /// half above the lower one.
    /// </summary>
    public double? LatencyError { get; init; }

    /// <summary>
    /// The teacher's latency when networks were measured, divided by that when operations were: 1 on a machine that is equally fast at all times. Predicted
    /// latencies are multiplied by it.
    /// </summary>
    public double LatencyDrift { get; init; } = 1;

    /// <summary>The teacher's latency in the table in milliseconds, measured whole in turns with operations.</summary>
    public double TeacherTableMs { get; init; }

    /// <summary>The sum of the latencies of the teacher's operations in the table in milliseconds: without stem and head.</summary>
    public required double TeacherTableSumMs { get; init; }

    /// <summary>
    /// What operations take in a network, over what each takes by itself: the one factor that makes them add up to two whole networks, the teacher and the
    /// smallest. Predicted latencies have it already. 1 where that holds as it is, or none but the teacher was measured whole.
    /// </summary>
    public double OperationFactor { get; init; } = 1;

    /// <summary>What positions cannot hold, and why.</summary>
    public required IReadOnlyList<UnavailableCell> Unavailable { get; init; }

    /// <summary>Steps that failed, and why.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>The resolved plan as YAML.</summary>
    public required string Plan { get; init; }

    /// <summary>How the numbers came about; null in documents of versions that did not record it.</summary>
    public Provenance? Provenance { get; init; }
}
