using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>A plan worked out for a data set: the steps, and how they make up the table.</summary>
internal sealed record StudyGraph
{
    /// <summary>Twelve hexadecimal digits of a hash of the plan's results-deciding values and of the data.</summary>
    public required string Id { get; init; }

    /// <summary>The plan, with everything resolved.</summary>
    public required StudyPlan Plan { get; init; }

    /// <summary>The network.</summary>
    public required NetworkDefinition Network { get; init; }

    /// <summary>Parameters and multiply-accumulates of the unchanged network.</summary>
    public required OperationCost NetworkCost { get; init; }

    /// <summary>The step that makes the teacher.</summary>
    public required NetworkStep Teacher { get; init; }

    /// <summary>The steps that distil candidates.</summary>
    public required IReadOnlyList<DistillationStep> Distillations { get; init; }

    /// <summary>The steps that take the measures of the first version, one for each candidate, position and seed; empty where the plan asks for none.</summary>
    public IReadOnlyList<PredictorStep> Predictors { get; init; } = [];

    /// <summary>The steps that take one measure each: later ones, or those that the plan names.</summary>
    public IReadOnlyList<MeasureStep> Measures { get; init; } = [];

    /// <summary>The steps that compare candidates, one for each position that has several; empty where the plan measures no predictors.</summary>
    public IReadOnlyList<SimilarityStep> Similarities { get; init; } = [];

    /// <summary>The cells; positions ascending, operations and lengths in the plan's order.</summary>
    public required IReadOnlyList<StudyCell> Cells { get; init; }

    /// <summary>The cells that stay blank.</summary>
    public required IReadOnlyList<UnavailableCell> Unavailable { get; init; }

    /// <summary>The trials, each once, first seeds first: a study that is broken off has whole tables of fewer seeds.</summary>
    public IReadOnlyList<TrialStep> Trials => [.. Cells.SelectMany(c => c.Trials).DistinctBy(t => t.Key).OrderBy(t => t.Seed).ThenBy(t => t.Epochs)];

    /// <summary>All steps, in an order in which they can run.</summary>
    public IReadOnlyList<Step> Steps => [Teacher, .. Distillations, .. Predictors, .. Measures, .. Similarities, .. Trials];

    /// <summary>Works a plan out.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="data">The data set that it names.</param>
    /// <param name="precision">What the plan's precision comes to.</param>
    /// <param name="importedSha256">The hash of the teacher's weights, where the plan imports them.</param>
    /// <param name="takes">Which operations at which places are taken of those that the plan names; null for all.</param>
    /// <exception cref="ConfigurationException">A network, position or operation of the plan does not exist, no operation is available at any position, or
    /// fewer images are held out than predictors ask for.</exception>
    public static StudyGraph Create(
        StudyPlan plan, ImageData data, Precision precision, string? importedSha256, Func<Place, string, bool>? takes = null)
    {
        plan.Validate();
        var definition = NetworkCatalog.Define(plan.Network, data.Train.Shape, data.ClassNames.Count);
        var positions = ResolvePositions(plan.Positions, definition);
        var operations = OperationCatalog.Default.ParseList(plan.Operations);
        plan = plan with
        {
            Positions = [.. positions.Select(p => Invariant($"{p.Place}"))],
            Operations = [.. operations.Select(o => o.Text)],
            Epochs = [.. plan.Epochs.Distinct()],
            Precision = precision.ToText(),
            Predictors = plan.Predictors is { } predictors ? StudyPredictors.Fit(predictors, plan.HeldOut, data) : null,
        };

        var teacher = plan.Teacher.ToStep(plan.Network, plan.HeldOut, data.Fingerprint, precision, importedSha256);
        using var cells = new StudyCells(plan, definition, data.Fingerprint, precision, teacher.Key);
        foreach (var position in positions)
        {
            foreach (var operation in operations.Where(o => takes is null || takes(position.Place, o.Text)))
            {
                cells.Add(position, operation);
            }
        }

        // What stands for a run is compared with the unchanged network, too, which is a single position's own operation.
        if (positions.TrueForAll(p => !p.Place.IsSingle) && operations.FirstOrDefault(o => o.Text == Unchanged.Operation) is { } own)
        {
            cells.Add(definition.PositionAt(positions[0].Place.First), own);
        }

        cells.RequireSome();
        return new()
        {
            Id = PlanFile.IdOf(plan with
            {
                Data = data.Fingerprint,
                Teacher = importedSha256 is null ? plan.Teacher : new() { Weights = importedSha256, Seed = plan.Teacher.Seed },
            }),
            Plan = plan,
            Network = definition,
            NetworkCost = cells.NetworkCost,
            Teacher = teacher,
            Distillations = cells.Distillations,
            Predictors = plan.Predictors is { Measures: null } ? StudyPredictors.Bundles(plan.Predictors, FirstSeeds()) : [],
            Measures = plan.Predictors is null ? [] : StudyPredictors.Measures(plan.Predictors, FirstSeeds()),
            Similarities = plan.Predictors is null ? [] : StudyPredictors.Similarities(plan.Predictors, FirstSeeds()),
            Cells = cells.All,
            Unavailable = cells.Unavailable,
        };

        // Seeds that are added later decide verdicts; what candidates are like is known before.
        IEnumerable<StudyCell> FirstSeeds() => cells.All.Select(c => c with { Trials = [.. c.Trials.Where(t => t.Seed <= plan.Seeds)] });
    }

    /// <summary>The same study without its trials: the teacher, candidates and what is measured of them.</summary>
    public StudyGraph BeforeTrials() => this with { Cells = [.. Cells.Select(cell => cell with { Trials = [] })] };

    // Of a run whose end is named first.
    private static string Reversed(string name) =>
        name.Split('-') is [var last, var first] && Place.TryParse($"{first}-{last}", out var run) ? $" Did you mean '{run}'?" : "";

    internal static List<Position> ResolvePositions(IReadOnlyList<string> names, NetworkDefinition definition)
    {
        var positions = names.SelectMany(name =>
            name switch
            {
                "all" => definition.Positions,
                _ when Place.TryParse(name, out var place) => [definition.PositionAt(place)],
                _ when definition.Positions.FirstOrDefault(p => p.Path == name) is { } named => [named],
                _ => throw new ConfigurationException(
                    Invariant(
                        $"'{name}' is not a position: positions of {definition.Name} are 1 to {definition.Positions.Count} or their paths like {definition.Positions[0].Path}, runs of them like 1-2, or 'all'.{Reversed(name)}"
                    )
                ),
            }
        );
        var distinct = positions.DistinctBy(p => p.Place).OrderBy(p => p.Length).ThenBy(p => p.Index).ToList();
        return distinct.Count > 0 ? distinct : throw new ConfigurationException("No position is given. Name some, or write 'all'.");
    }
}
