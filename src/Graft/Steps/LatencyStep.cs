using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Latency;
using Graft.Networks;
using Graft.Operations;

namespace Graft.Steps;

/// <summary>
/// Measures latencies in turns with the teacher and with an empty call of the runtime: operations at their places (<b>LANA</b>'s look-up table) and the
/// smallest network that they make up, or whole architectures and other networks. All of them are one step: where one more is wanted, all are measured anew, as
/// machines are not equally fast at all times.
/// </summary>
internal sealed record LatencyStep() : NetworkStep(LatencyKind.KindName, LatencyKind.CurrentRevision)
{
    /// <summary>Where they are measured.</summary>
    public required LatencyTarget Target { get; init; }

    /// <summary>How they are measured.</summary>
    public required LatencyProtocol Protocol { get; init; }

    /// <summary>Operations at their places.</summary>
    public IReadOnlyList<OperationAt> Operations { get; init; } = [];

    /// <summary>Architectures of the network: what differs from the teacher, places ascending.</summary>
    public IReadOnlyList<IReadOnlyList<OperationAt>> Architectures { get; init; } = [];

    /// <summary>Other networks by name, with their own operations.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>
    /// Lower-case hexadecimal SHA-256 of a table of latencies that lies in the workspace under <see cref="TablePath"/>: what it has is taken from it. Null for
    /// none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Table { get; init; }

    /// <summary>
    /// Whether what the table lacks is brought to the table's scale: the slowest of the models that it has, as a rule the teacher, is measured again, and how
    /// long it took then over how long it takes now is the factor. Steps of earlier versions added up both as they were.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ScalesToTable { get; init; }

    /// <summary>Whether it is the look-up table of operations, and not of whole networks alone.</summary>
    [JsonIgnore]
    public bool IsOfOperations => Operations.Count > 0;

    /// <summary>The smallest network that the operations make up, which is measured beside them; null where none is.</summary>
    [JsonIgnore]
    public IReadOnlyList<OperationAt>? Smallest => IsOfOperations && Architectures is [var smallest] ? smallest : null;

    /// <summary>Where the table was copied to, relative to the artifacts; null for none.</summary>
    [JsonIgnore]
    public string? TablePath => Table is null ? null : PathFor(Table);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => IsOfOperations
        ? Invariant($"latency of {Operations.Count} operations")
        : Invariant($"latency of {Architectures.Count + Networks.Count} networks");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [];

    /// <summary>Where a table with that hash lies, relative to the artifacts.</summary>
    public static string PathFor(string sha256) => $"imports/{sha256}.json";

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => Operations.Concat(Architectures.SelectMany(a => a)).Select(o => o.Operation);
}

/// <summary>Measured latencies.</summary>
internal sealed record LatencyStepResult
{
    /// <summary>A call of the runtime that computes nothing.</summary>
    public required LatencyEntry Call { get; init; }

    /// <summary>The teacher, measured whole.</summary>
    public required LatencyEntry Teacher { get; init; }

    /// <summary>The operations, in the step's order.</summary>
    public IReadOnlyList<LatencyEntry> Operations { get; init; } = [];

    /// <summary>
    /// The architectures, in the step's order; none where the operations' latencies are another machine's and its table has no such architecture.
    /// </summary>
    public IReadOnlyList<LatencyEntry> Architectures { get; init; } = [];

    /// <summary>The other networks, in the step's order.</summary>
    public IReadOnlyList<LatencyEntry> Networks { get; init; } = [];

    /// <summary>All of it by the hash of what was measured, for tables that leave the workspace.</summary>
    public required IReadOnlyDictionary<string, LatencyEntry> Entries { get; init; }
}

internal sealed class LatencyKind : StepKind<LatencyStep, LatencyStepResult>
{
    public const string KindName = "latency";
    public const int CurrentRevision = 1;

    // Of a model: making it, and its share of some fifteen rounds; 0.15 s for WRN-16-2 on two Zen 5 cores.
    private const double WorkOfOne = 0.15 * NetworkCosts.TypicalWorkASecond;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    public override ThreadDemand Threads => ThreadDemand.QuietMachine;

    protected override double WorkOf(LatencyStep step, StepServices services) =>
        Work(step.Operations.Count + step.Architectures.Count + step.Networks.Count, step.Protocol);

    /// <summary>The work of a step (<see cref="StepKind.WorkOf"/>).</summary>
    /// <param name="subjects">Operations and networks that are measured, in turns with the teacher and an empty call.</param>
    /// <param name="protocol">How they are measured.</param>
    internal static double Work(int subjects, LatencyProtocol protocol) =>
        WorkOfOne * (2 + subjects) + (protocol.MinRounds - 1) * protocol.RoundDuration.TotalSeconds * NetworkCosts.TypicalWorkASecond;

    // Said as soon as it is known: what is selected by such latencies is chance, and hours of fine-tuning follow.
    protected override string Summarize(LatencyStepResult result)
    {
        var teacher = result.Teacher.Interval()!;
        string disturbed = teacher.IsDisturbed
            ? Invariant($", anywhere from {teacher.Lower:0.000} to {teacher.Upper:0.000} as other programs ran: stop, and measure again on a quiet machine")
            : "";
        return $"{StepWords.Number("teacher", teacher.Median)} ms{disturbed}";
    }

    protected override IReadOnlyList<string> InputsOf(LatencyStep step) =>
        [.. base.InputsOf(step), .. step.TablePath is { } table ? [table] : Array.Empty<string>()];

    protected override void Run(IReadOnlyList<LatencyStep> steps, StepContext context)
    {
        var step = steps[0];
        var costs = context.Services.Get<NetworkCosts>();
        var network = costs.Define(step.Network);
        var call = Call(network);
        var teacher = LatencySubject.Of(network);
        var operations = step.Operations.Select(o => LatencySubject.Of(OperationCatalog.Default.Parse(o.Operation), network.PositionAt(o.Place))).ToList();
        var architectures = step
            .Architectures.Select(a => LatencySubject.Of(network, [.. a.Select(o => (o.Place, OperationCatalog.Default.Parse(o.Operation)))], NameOf(step, a)))
            .ToList();
        var networks = step.Networks.Select(name => LatencySubject.Of(costs.Define(name))).ToList();
        var table = step.TablePath is { } path ? Given(context.PathOf(path)) : null;
        if (table is not null && table.Target != step.Target && architectures.Exists(a => !table.Has(a.Key)))
        {
            architectures = []; // measured here, it would say nothing of the operations there
        }

        List<LatencySubject> all = [call, teacher, .. operations, .. architectures, .. networks];
        var missing = all.FindAll(s => table?.Has(s.Key) is not true);
        string? reference = step.ScalesToTable && missing.Count > 0 ? table?.SlowestOf(all.Select(s => s.Key).Where(key => key != call.Key)) : null;
        var measured = new LatencyMeasurement(step.Protocol, context.Time, context.Waited).Run(
            [.. missing, .. all.Where(s => s.Key == reference)], teacher.Key, new Relay(context), context.Cancellation);
        var entries = Joined(table, measured, reference);
        var own = table is not null && table.Target != step.Target ? Joined(table, measured, null) : entries; // no table of this target has another's scale
        context.Complete(step, new LatencyStepResult
        {
            Call = entries[call.Key],
            Teacher = entries[teacher.Key],
            Operations = [.. operations.Select(s => entries[s.Key])],
            Architectures = [.. architectures.Select(s => entries[s.Key])],
            Networks = [.. networks.Select(s => entries[s.Key])],
            Entries = all.DistinctBy(s => s.Key).ToDictionary(s => s.Key, s => own[s.Key]),
        });
    }

    /// <summary>A model that computes nothing: what it takes is the cost of calling the runtime.</summary>
    /// <param name="network">A network, whose positions say what an identity is.</param>
    internal static LatencySubject Call(NetworkDefinition network)
    {
        var pixel = new FeatureShape(1, 1, 1);
        var position = network.Positions[0] with { Input = pixel, Output = pixel, Stride = 1 };
        return LatencySubject.Of(OperationCatalog.Default.Parse(IdentityOperation.FamilyName), position, LatencyEntry.CallName);
    }

    private static IReadOnlyDictionary<string, LatencyEntry> Joined(
        LatencyTable? table, IReadOnlyDictionary<string, LatencyEntry> measured, string? reference) => table?.Joined(measured, reference) ?? measured;

    private static LatencyTable Given(string path) =>
        LatencyTable.TryLoad(path) ?? throw new RunException($"{path}, the table of latencies that was given, is gone. Give the command again.");

    private static string NameOf(LatencyStep step, IEnumerable<OperationAt> architecture) =>
        Invariant($"{step.Network}: {string.Join(" ", architecture.Select(o => Invariant($"{o.Place}:{o.Operation}")))}");

    private sealed class Relay(StepContext context) : IProgress<(int Done, int Of)>
    {
        public void Report((int Done, int Of) value) => context.Report((double)value.Done / Math.Max(1, value.Of));
    }
}
