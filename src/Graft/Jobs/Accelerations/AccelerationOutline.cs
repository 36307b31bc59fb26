using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Graft.Data;
using Graft.Latency;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Operations;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Jobs.Accelerations;

/// <summary>
/// A plan worked out for a data set, as the record keeps it: all that its steps and results can be put together from without the data set.
/// </summary>
internal sealed record AccelerationOutline
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Twelve hexadecimal digits of a hash of the plan's results-deciding values and of the data.</summary>
    public required string Id { get; init; }

    /// <summary>The plan, with everything resolved.</summary>
    public required AccelerationPlan Plan { get; init; }

    /// <summary>The data set's fingerprint.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>Images that networks are tested on.</summary>
    public required int TestImages { get; init; }

    /// <summary>Classes of the data set; null in outlines of versions that did not record it.</summary>
    public int? Classes { get; init; }

    /// <summary>The test accuracy of guessing, in [0, 1]; in outlines of versions that did not record it as if all classes were equally frequent.</summary>
    public double? Chance
    {
        get => field ?? 1.0 / Classes;
        init;
    }

    /// <summary>What the plan's precision comes to.</summary>
    public required Precision Precision { get; init; }

    /// <summary>The hash of the teacher's weights, where they are imported.</summary>
    public string? ImportedSha256 { get; init; }

    /// <summary>Where latencies are measured.</summary>
    public required LatencyTarget Target { get; init; }

    /// <summary>The hash of a table of latencies to take what it has from; null to measure all.</summary>
    public string? Table { get; init; }

    /// <summary>Whether what the table lacks is brought to its scale; false in outlines of versions that did not do that.</summary>
    public bool ScalesToTable { get; init; }

    /// <summary>
    /// Whether the smallest network is measured among the operations, so that what these add up to is known of two networks; false in outlines of versions that
    /// measured the teacher alone.
    /// </summary>
    public bool MeasuresSmallest { get; init; }

    /// <summary>Where the table's latencies were measured; null where that is here, or there is no table.</summary>
    public LatencyTarget? ForeignTarget { get; init; }

    /// <summary>What the file was called that the network was read from; null for networks of Graft's own.</summary>
    public string? NetworkFile { get; init; }

    /// <summary>The number of positions.</summary>
    public required int Positions { get; init; }

    /// <summary>Trainable parameters of the unchanged network.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates of the unchanged network for one image.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>The candidates; places ascending, the teacher's own operation first.</summary>
    public required IReadOnlyList<AccelerationCandidate> Candidates { get; init; }

    /// <summary>Smaller networks of the family, of which one is trained from scratch to hold the result against.</summary>
    public required IReadOnlyList<SmallerNetwork> SmallerNetworks { get; init; }

    /// <summary>What positions cannot hold, and why.</summary>
    public required IReadOnlyList<UnavailableCell> Unavailable { get; init; }

    /// <summary>Processes that ran steps side by side.</summary>
    public required int Workers { get; init; }

    /// <summary>Threads of each.</summary>
    public required int ThreadsPerWorker { get; init; }

    /// <summary>
    /// Why no smaller network is trained from scratch though the plan asks for baselines, a clause; null where one is, and where none is asked for.
    /// </summary>
    public string? WhyNoSmallerNetwork() =>
        !Plan.FineTuning.Baselines ? null
        : SmallerNetworks.Count == 0 && OnnxNetworkSource.IsName(Plan.Network) ? "a network from an ONNX file has no family of smaller ones"
        : SmallerNetworks.Count == 0 ? $"{Plan.Network} has no smaller one in its family"
        : Plan.FineTuning.EpochsFromScratch(Plan.Teacher) is null
            ? "the teacher's weights come from a file, so fineTuning.smallerNetworkEpochs has to say for how long one is trained"
        : null;

    /// <summary>Works a plan out.</summary>
    /// <exception cref="ConfigurationException">The network or an operation does not exist.</exception>
    internal static AccelerationOutline Create(
        AccelerationPlan plan,
        ImageData data,
        Precision precision,
        string? importedSha256,
        LatencyTarget target,
        (string Sha256, LatencyTarget Target)? table,
        Engine.CoreAllocation cores)
    {
        var foreign = ForeignTargetOf(table?.Target, target, plan.Selection.Budget);
        var costs = new NetworkCosts(data);
        var whole = costs.OfNetwork(plan.Network);
        var operations = OperationsOf(plan);
        plan = Resolved(plan, operations, precision);
        var offered = Offered(plan, operations, costs);
        return new()
        {
            Id = IdOf(plan, data, importedSha256, target, foreign is null ? null : table?.Sha256),
            Plan = plan,
            DataFingerprint = data.Fingerprint,
            TestImages = data.Test.Count,
            Classes = data.ClassNames.Count,
            Chance = Training.ChanceAccuracy.Of(data.Test.Labels),
            Precision = precision,
            ImportedSha256 = importedSha256,
            Target = target,
            Table = table?.Sha256,
            ScalesToTable = table is not null,
            MeasuresSmallest = true,
            ForeignTarget = foreign,
            Positions = costs.Define(plan.Network).Positions.Count,
            Parameters = whole.Parameters,
            MultiplyAccumulates = whole.MultiplyAccumulates,
            Candidates = [.. offered.Where(o => o.WhyUnavailable is null).Select(o => CandidateOf(plan.Network, o.Place, o.Operation, costs))],
            SmallerNetworks = [.. NetworkCatalog.SmallerThan(plan.Network).Select(name => new SmallerNetwork(name, costs.OfNetwork(name).MultiplyAccumulates))],
            Unavailable = [.. offered.Where(o => o.WhyUnavailable is not null).Select(o => new UnavailableCell(o.Place, o.Operation.Text, o.WhyUnavailable!))],
            Workers = cores.Workers,
            ThreadsPerWorker = cores.ThreadsPerWorker,
        };
    }

    // Where a table's latencies were measured, if that is not here: a budget in milliseconds would mix two machines.
    private static LatencyTarget? ForeignTargetOf(LatencyTarget? table, LatencyTarget here, string budget)
    {
        var foreign = table == here ? null : table;
        return foreign is null || !LatencyBudget.Parse(budget).IsMs
            ? foreign
            : throw new ConfigurationException(
                $"the budget is '{budget}', but the table's latencies are of {foreign}, and whole networks are measured here. Give a part of the teacher's latency, like 50%."
            );
    }

    // The teacher's own first.
    private static List<OperationSpec> OperationsOf(AccelerationPlan plan)
    {
        var own = OperationCatalog.Default.Parse(TeacherOperation.FamilyName);
        return [own, .. OperationCatalog.Default.ParseList(plan.Operations).Select(o => o.Unmodified).Where(o => o != own).Distinct()];
    }

    private static AccelerationPlan Resolved(AccelerationPlan plan, IEnumerable<OperationSpec> operations, Precision precision) => plan with
    {
        Operations = [.. operations.Select(o => o.Text)],
        Precision = precision.ToText(),
        Selection = plan.Selection with { Budget = LatencyBudget.Parse(plan.Selection.Budget).ToString() }, // 60% is 0.6
    };

    // Each operation at each place, and why it cannot stand there. The identity for a run is an identity at each of its positions.
    private static List<(Place Place, OperationSpec Operation, string? WhyUnavailable)> Offered(
        AccelerationPlan plan, IReadOnlyList<OperationSpec> operations, NetworkCosts costs)
    {
        var definition = costs.Define(plan.Network);
        return
        [
            .. definition.Places(plan.Spans).SelectMany(place => operations.Where(o => place.IsSingle || o.Family.Name != IdentityOperation.FamilyName)
                .Select(operation => (place, operation, operation.WhyUnavailable(definition.PositionAt(place))))),
        ];
    }

    private static AccelerationCandidate CandidateOf(string network, Place place, OperationSpec operation, NetworkCosts costs)
    {
        var cost = Unchanged.Is(place, operation.Text)
            ? costs.OfOwn(network, costs.Define(network).PositionAt(place))
            : costs.OfOperation(network, place, operation.Text);
        return new(place, operation.Text, cost.Parameters, cost.MultiplyAccumulates);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote, in this version or one before.</summary>
    public static AccelerationOutline FromJson(string json)
    {
        var outline = JsonNode.Parse(json)!;
        if (outline["plan"] is { } plan && plan["spans"] is null)
        {
            // Versions that knew single positions only: what they did without a word is named.
            plan["spans"] = 1;
            var tuning = plan["fineTuning"]!;
            tuning["learningRate"] = tuning["recipe"]!["learningRate"]!.ToJsonString();
            tuning["neverWorse"] = false;
            tuning["opponents"] = false;
        }

        if (outline["classes"] is null && outline["plan"] is { } before)
        {
            before["export"] = AccelerationResult.Accelerated; // the only one that there was
        }

        return outline.Deserialize<AccelerationOutline>(Json)!;
    }

    /// <summary>The outline as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    // Machines that share a record ask questions of their own. A table of this machine spares measurements, one of another is another question.
    private static string IdOf(AccelerationPlan plan, ImageData data, string? importedSha256, LatencyTarget target, string? foreignTable) =>
        PlanFile.IdOf(plan with
        {
            Data = $"{data.Fingerprint}, on {target}{(foreignTable is null ? "" : $", latencies {foreignTable}")}",
            Teacher = importedSha256 is null ? plan.Teacher
                : new() { Weights = importedSha256, Seed = plan.Teacher.Seed, Recipe = plan.IsRecipeOfUse ? plan.Teacher.Recipe : new() },
        });
}

/// <summary>An operation that a place may get.</summary>
/// <param name="Place">The place.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Parameters">Its trainable parameters there.</param>
/// <param name="MultiplyAccumulates">Its multiply-accumulates there, for one image.</param>
internal sealed record AccelerationCandidate([property: JsonPropertyName("position")] Place Place, string Operation, long Parameters, long MultiplyAccumulates)
{
    /// <summary>Whether it is the teacher's own operation, unchanged.</summary>
    [JsonIgnore]
    public bool IsOwn => Unchanged.Is(Place, Operation);
}

/// <summary>A smaller network of the same family.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MultiplyAccumulates">Its multiply-accumulates for one image.</param>
internal sealed record SmallerNetwork(string Name, long MultiplyAccumulates);
