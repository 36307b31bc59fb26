using System.Text.Json.Serialization;
using Graft.Engine;
using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using Graft.Training;

namespace Graft.Steps;

/// <summary>
/// Distils one candidate at one place from the teacher (<b>LANA</b>, phase 1). Steps that see the same images through the same teacher share its passes.
/// </summary>
internal sealed record DistillationStep() : NetworkStep(DistillationKind.KindName, DistillationKind.CurrentRevision)
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>The place.</summary>
    [JsonPropertyName("position")]
    public required Place Place { get; init; }

    /// <summary>The candidate operation.</summary>
    public required string Operation { get; init; }

    /// <summary>How it is distilled.</summary>
    public required DistillationRecipe Recipe { get; init; }

    /// <summary>Decides the candidate's initial values.</summary>
    public required int Seed { get; init; }

    /// <summary>Decides order and augmentation of the images: shared by all candidates, so that they can share the teacher's passes.</summary>
    public required int OrderSeed { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>The key of the distillation whose weights it begins with; null to begin as the recipe says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Continues { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"distil {Operation} at {Place}{(Continues is null ? "" : " on")}, seed {Seed}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => Continues is null ? [Teacher] : [Teacher, Continues];

    /// <summary>What tells a distilled candidate from others of its operation and place, e.g. <c>, seed 2</c>; nothing where that is not known.</summary>
    /// <param name="key">The key of the step that distilled it; null where nothing did.</param>
    /// <param name="find">Gives a step by its key; null for one that is not known.</param>
    internal static string WordsOf(string? key, Func<string, Step?> find) =>
        key is not null && find(key) is DistillationStep step ? Invariant($"{(step.Continues is null ? "" : ", distilled on")}, seed {step.Seed}") : "";

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => [Operation];
}

/// <summary>The result of distilling a candidate.</summary>
/// <param name="Loss">Normalised loss on held-out images.</param>
/// <param name="Weights">The file of weights, relative to the workspace's artifacts.</param>
internal sealed record DistillationStepResult(double Loss, string Weights);

internal sealed class DistillationKind : NetworkStepKind<DistillationStep, DistillationStepResult>
{
    public const string KindName = "distillation";
    public const int CurrentRevision = 1;

    // Candidates that are distilled together hold parameters, gradients and two moments of Adam: 16 bytes a parameter, 1.6 GB a batch.
    private const long ParametersPerBatch = 100_000_000;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    public override ThreadDemand Threads => ThreadDemand.All;

    protected override object GroupOf(DistillationStep step) =>
        (step.Teacher, step.Recipe, step.OrderSeed, step.HeldOut, step.Precision, step.Continues is null);

    protected override IEnumerable<IReadOnlyList<Step>> Batches(IReadOnlyList<DistillationStep> group, StepServices services)
    {
        var costs = services.Get<NetworkCosts>();
        var batch = new List<Step>();
        long size = 0;
        foreach (var step in group)
        {
            batch.Add(step);
            size += costs.OfOperation(step.Network, step.Place, step.Operation).Parameters;
            if (size >= ParametersPerBatch)
            {
                yield return batch;
                batch = [];
                size = 0;
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    // The candidate's own training, and a share of the teacher's pass.
    protected override double WorkOf(DistillationStep step, NetworkCosts costs)
    {
        double images = Math.Min(step.Recipe.Images ?? double.PositiveInfinity, costs.Data.Train.Count * (1 - step.HeldOut.Fraction));
        double candidate = costs.OfOperation(step.Network, step.Place, step.Operation).Work;
        double teacher = costs.OfNetwork(step.Network).Work / Math.Max(1, costs.Define(step.Network).Positions.Count);
        return step.Recipe.ImagesSeen(images) * (3 * candidate + teacher);
    }

    protected override string Summarize(DistillationStepResult result) => StepWords.Number("loss", result.Loss);

    protected override IReadOnlyList<string> ArtifactsOf(DistillationStepResult result) => [result.Weights];

    protected override void Run(IReadOnlyList<DistillationStep> steps, NetworkStepContext context)
    {
        var first = steps[0];
        using var teacher = context.OpenTeacher(first, first.Teacher, out var data);
        var candidates = steps.Select(step => Candidate(step, teacher.Definition, context)).ToList();
        var training = context.Training(first);
        var order = first.Continues is null ? SeedUse.DistillationOrder : SeedUse.RefinementOrder;
        var distiller = new Distiller(
            teacher, NetworkStepContext.Split(data, first.HeldOut), first.Recipe, Seed.Derive(first.OrderSeed, (long)order), training);
        foreach (var (step, candidate, result) in steps.Zip(candidates, distiller.Run(candidates)))
        {
            context.Run.SaveLossPoints(step, result.History);
            if (result.Error is { } error)
            {
                context.Run.Fail(step, error);
            }
            else
            {
                string weights = $"candidates/{step.Key}.safetensors";
                NetworkWeights.Save(candidate.Operation, context.Run.PathFor(step, weights));
                context.Run.Complete(step, new DistillationStepResult(result.Loss, weights));
            }

            candidate.Operation.Dispose();
        }

        training.Checkpoint!.Delete();
    }

    private static DistillationCandidate Candidate(DistillationStep step, NetworkDefinition definition, NetworkStepContext context)
    {
        var position = definition.PositionAt(step.Place);
        var operation = OperationCatalog.Default.Parse(step.Operation);
        using var layers = new LayerFactory(Seed.Derive(step.Seed, (long)SeedUse.CandidateValues, step.Place.First));
        return new(step.Key, position, operation.Create(position, layers), BeginsAfresh: operation.Family.Name == ReinitializedTeacher.FamilyName)
        {
            Name = operation.Text,
            Weights = step.Continues is { } before ? context.Run.PathOf(context.Run.ResultOf<DistillationStepResult>(before).Weights) : null,
        };
    }
}
