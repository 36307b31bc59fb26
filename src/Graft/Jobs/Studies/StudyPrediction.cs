using Graft.Analysis;
using Graft.Analysis.Prediction;
using Graft.Measures;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Jobs.Studies;

/// <summary>Brings a study's cells into the form that predictions are made from.</summary>
internal static class StudyPrediction
{
    /// <summary>
    /// The substitutions of a training length, tried or not, with predictors. The teacher and operations with a frozen rest, which are trained in another way,
    /// are not among them.
    /// </summary>
    /// <param name="cells">A study's cells.</param>
    /// <param name="epochs">The training length.</param>
    /// <param name="teacherAccuracy">
    /// What to compare with where the study does not train the teacher on as long. Where it does, a seed counts once the teacher's trial with it has ended.
    /// </param>
    public static IReadOnlyList<Substitution> Substitutions(IEnumerable<CellResult> cells, int epochs, double? teacherAccuracy)
    {
        var length = cells.Where(c => c.Epochs == epochs).ToList();
        var baseline = length.Find(c => c.IsUnchanged)?.Trials.ToDictionary(t => t.Seed, t => t.Accuracy);
        return
        [
            .. length.Where(IsComparable).Select(cell => new Substitution(
                cell.Position,
                cell.Operation,
                [.. cell.Trials.Select(t => t.Accuracy - (baseline is null ? teacherAccuracy : baseline.GetValueOrDefault(t.Seed))).OfType<double>()],
                Values(cell.Trials))),
        ];
    }

    /// <summary>The measures that a study asks for, or that it has.</summary>
    public static IReadOnlyList<PredictorName> Names(StudyPlan plan, IEnumerable<CellResult> cells)
    {
        var asked = plan.Predictors?.Measures ?? MeasureCatalog.All.Select(m => m.Name);
        return
        [
            .. asked
                .Union(cells.SelectMany(c => c.Trials).SelectMany(t => t.Measures.Keys))
                .Select(name => new PredictorName(name, Known(name)?.Title ?? name)),
        ];
    }

    /// <summary>Whether a cell is a swap that is trained on as others are: not the teacher, and with no frozen rest.</summary>
    internal static bool IsSwap(CellResult cell) => !cell.IsUnchanged && !OperationSpec.Split(cell.Operation).FreezesRest;

    /// <summary>A measure's value as predictions use it. One that this process does not know is taken as it is.</summary>
    internal static double? Feature(string name, double value) => Known(name) is { } measure ? measure.Feature(value) : value;

    /// <summary>Whether what a step measured is of the quantity that its measure is now. One that this process does not know is taken as it is.</summary>
    internal static bool IsOfToday(MeasureStep step) => Known(step.Measure)?.IsSameQuantity(step.MeasureRevision) ?? true;

    /// <summary>The two maps of a position: CKA of candidates from a step, and gaps of accuracies from cells.</summary>
    /// <param name="step">The step that compared the candidates.</param>
    /// <param name="result">What it found.</param>
    /// <param name="cells">The cells of a training length.</param>
    internal static PositionSimilarity Similarity(SimilarityStep step, SimilarityStepResult result, IReadOnlyList<CellResult> cells)
    {
        var operations = step.Candidates.Select(c => c.Operation).Distinct().ToList();
        var means = operations.ConvertAll(o => cells.FirstOrDefault(c => c.Position == step.Place && c.Operation == o)?.Mean);
        return new(
            step.Place,
            operations,
            [.. operations.Select(a => operations.Select(b => Cka(a, b)).ToList())],
            [.. means.Select(a => means.Select(b => a - b is { } gap ? Statistics.Exact(Math.Abs(gap)) : (double?)null).ToList())]);

        // Over pairs of seeds; a candidate is not compared with itself unless it is the only one of its operation.
        double? Cka(string a, string b)
        {
            int[] rows = Of(a), columns = Of(b);
            var pairs = rows.SelectMany(_ => columns, (i, j) => (i, j)).Where(p => p.i != p.j || rows.Length == 1).Select(p => result.Cka[p.i][p.j]).ToList();
            return pairs.Contains(null) ? null : pairs.Average();
        }

        int[] Of(string operation) => [.. step.Candidates.Index().Where(c => c.Item.Operation == operation).Select(c => c.Index)];
    }

    private static Measure? Known(string name) => MeasureCatalog.All.FirstOrDefault(m => m.Name == name);

    private static bool IsComparable(CellResult cell) => IsSwap(cell) && cell.Trials.Any(t => t.Measures.Count > 0);

    private static Dictionary<string, double> Values(IReadOnlyList<TrialResult> trials)
    {
        var values = new Dictionary<string, double>();
        foreach (string name in trials.SelectMany(t => t.Measures.Keys).Distinct())
        {
            Add(name, trials.Select(t => t.Measures.TryGetValue(name, out double value) ? FiniteFeature(name, value) : null));
        }

        Add(Predictability.FirstEpoch, trials.Select(t => t.History.FirstOrDefault()?.HeldOutAccuracy));
        return values;

        // What a measure of others makes of its value need not be a number.
        static double? FiniteFeature(string name, double value) => Feature(name, value) is { } feature && double.IsFinite(feature) ? feature : null;

        void Add(string name, IEnumerable<double?> ofSeeds)
        {
            if (ofSeeds.OfType<double>().ToList() is { Count: > 0 } known)
            {
                values[name] = known.Average();
            }
        }
    }
}
