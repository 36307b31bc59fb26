using System.Text.Json.Serialization;
using Graft.Measures;
using Graft.Operations;

namespace Graft.Steps;

/// <summary>Compares what the distilled candidates of one place answer, all pairs of them and of seeds. In fp32, as <see cref="PredictorStep"/>.</summary>
internal sealed record SimilarityStep() : NetworkStep(SimilarityKind.KindName, SimilarityKind.CurrentRevision)
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>The place.</summary>
    [JsonPropertyName("position")]
    public required Place Place { get; init; }

    /// <summary>The candidates, in the order of rows and columns of the result.</summary>
    public required IReadOnlyList<SimilarityCandidate> Candidates { get; init; }

    /// <summary>What is looked at.</summary>
    public required PredictorRecipe Recipe { get; init; }

    /// <summary>The part of the training images that the looked-at ones are taken from.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>
    /// Whether the network's own operation at a run is the one that was distilled for it. Steps of earlier versions took that of its first position.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TakesDistilled { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"similarity of {Candidates.Count} candidates at {Place}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [Teacher, .. Candidates.Select(c => c.Distillation).OfType<string>()];

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => Candidates.Select(c => c.Operation);
}

/// <summary>One candidate of a <see cref="SimilarityStep"/>.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Distillation">The key of the step that distilled it; null for operations that have nothing to learn, and for the teacher's own.</param>
internal sealed record SimilarityCandidate(string Operation, string? Distillation);

/// <summary>The result of a <see cref="SimilarityStep"/>.</summary>
/// <param name="Cka">Linear CKA of each pair of candidates, a symmetric matrix in the step's order; null where a candidate answers the same for all
/// images.</param>
internal sealed record SimilarityStepResult(IReadOnlyList<IReadOnlyList<double?>> Cka);

internal sealed class SimilarityKind : NetworkStepKind<SimilarityStep, SimilarityStepResult>
{
    public const string KindName = "similarity";
    public const int CurrentRevision = 2; // 1: of a candidate that answers the same for all images it was about 0, or 1 with another such

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    protected override double WorkOf(SimilarityStep step, NetworkCosts costs) => MeasureKind.Work(
        step.Recipe,
        1.0 + step.Candidates.Count / (double)costs.Define(step.Network).Positions.Count,
        seconds: 0,
        costs.OfNetwork(step.Network).Work);

    protected override string Summarize(SimilarityStepResult result) => "compared";

    protected override void Run(IReadOnlyList<SimilarityStep> steps, NetworkStepContext context)
    {
        var step = steps[0];
        using var teacher = context.OpenTeacher(step, step.Teacher, out var data);
        var position = teacher.Definition.PositionAt(step.Place);
        var candidates = new List<Operation>();
        var batches = MeasureKind.HeldOutBatches(data, step.HeldOut, step.Recipe);
        try
        {
            foreach (var candidate in step.Candidates)
            {
                context.Run.Cancellation.ThrowIfCancellationRequested();
                candidates.Add(Unchanged.Is(step.Place, candidate.Operation)
                    ? teacher.OperationAt(position)
                    : context.Candidate(teacher.Definition, new(step.Place, candidate.Operation, candidate.Distillation)));
            }

            var cka = OperationSimilarity.Measure(teacher, position, candidates, [.. batches.Select(b => b.Images.to(context.Device))]);
            context.Run.Complete(step, new SimilarityStepResult([.. cka.Select(row => row.Select(v => double.IsFinite(v) ? v : (double?)null).ToList())]));
        }
        finally
        {
            batches.ForEach(b => b.Dispose());
            candidates.Where(c => c != teacher.OperationAt(position)).ToList().ForEach(c => c.Dispose());
        }
    }
}
