namespace Graft.Analysis.Prediction;

/// <summary>
/// Accuracy differences as a ridge regression on predictors, judged by positions it has not seen: each position is left out in turn, with all runs that share
/// one with it; λ is chosen by leaving out positions of the rest in the same way (single cells where nothing else is left), and the left-out cells are
/// predicted.
/// </summary>
internal sealed class RidgeModel
{
    private static readonly double[] Penalties = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000];

    private readonly IReadOnlyList<string> _features;
    private readonly RidgeRegression _fit;

    private RidgeModel(IReadOnlyList<string> features, RidgeRegression fit, double penalty, IReadOnlyList<LeftOutPrediction> leftOut)
    {
        _features = features;
        _fit = fit;
        Penalty = penalty;
        LeftOut = leftOut;
    }

    /// <summary>λ of the fit to all cells.</summary>
    public double Penalty { get; }

    /// <summary>The prediction of each cell by a fit to the other positions alone.</summary>
    public IReadOnlyList<LeftOutPrediction> LeftOut { get; }

    /// <summary>
    /// The coefficient of each predictor in the fit to all cells: points of accuracy, as a fraction, for a standard deviation of the predictor.
    /// </summary>
    public IReadOnlyDictionary<string, double> Coefficients => _features.Zip(_fit.Coefficients).ToDictionary(x => x.First, x => x.Second);

    /// <summary>The fit to all cells.</summary>
    internal RidgeRegression Fit => _fit;

    /// <summary>Fits and judges. Predictors without a value in some cell, and those that are the same in all, are left out.</summary>
    /// <param name="tried">Cells with results.</param>
    /// <param name="predictors">The names of the predictors to use.</param>
    public static Computed<RidgeModel> Create(IReadOnlyList<Substitution> tried, IEnumerable<string> predictors)
    {
        var features = predictors
            .Where(name => tried.All(s => s.Values.ContainsKey(name)) && tried.Select(s => s.Values[name]).Distinct().Count() > 1)
            .ToList();
        if (TooFew([.. tried.Select(s => s.Position)]) is { } reason)
        {
            return new NotComputable(reason);
        }

        if (features.Count == 0)
        {
            return new NotComputable("no predictor has a value in every cell and varies");
        }

        var leftOut = new List<LeftOutPrediction>();
        foreach (var position in tried.GroupBy(s => s.Position))
        {
            var others = Beside(position.Key, tried);
            var fit = Regress(others, features, ChoosePenalty(others, features));
            leftOut.AddRange(
                position.Select(s => new LeftOutPrediction(
                    s.Position,
                    s.Operation,
                    s.Difference,
                    fit.Predict(Row(s, features)),
                    fit.Leverage(Row(s, features)),
                    others.Average(o => o.Difference),
                    OperationMean(s, others)
                ))
            );
        }

        double penalty = ChoosePenalty(tried, features);
        return new RidgeModel(features, Regress(tried, features, penalty), penalty, leftOut);
    }

    /// <summary>Why cells at these positions are too few to learn from; null where they are not.</summary>
    /// <param name="tried">The position of each cell with a result.</param>
    public static string? TooFew(IReadOnlyList<Place> tried) => tried.Distinct().Count() switch
    {
        0 => "no substitution has both a result and predictors",
        1 => "one position cannot be left out: there is no other to learn from",
        _ => tried.Distinct().Any(left => tried.Count(p => !p.Overlaps(left)) < 3)
            ? "with a position left out, fewer than three cells remain to learn from"
            : null,
    };

    /// <summary>A substitution's features; null where one has no value.</summary>
    internal double[]? Features(Substitution substitution) => _features.All(substitution.Values.ContainsKey) ? Row(substitution, _features) : null;

    private static RidgeRegression Regress(IReadOnlyList<Substitution> cells, List<string> features, double penalty) =>
        RidgeRegression.Fit([.. cells.Select(s => Row(s, features))], [.. cells.Select(s => s.Difference)], penalty);

    private static double ChoosePenalty(IReadOnlyList<Substitution> cells, List<string> features)
    {
        var folds = cells.GroupBy(s => s.Position).Select(g => (LeftOut: g.ToList(), Others: Beside(g.Key, cells))).ToList();
        if (folds.Exists(fold => fold.Others.Count == 0))
        {
            folds = [.. cells.Select(s => (new List<Substitution> { s }, cells.Where(other => other != s).ToList()))];
        }

        return Penalties.MinBy(penalty => folds.Sum(fold =>
        {
            var fit = Regress(fold.Others, features, penalty);
            return fold.LeftOut.Sum(s => Math.Pow(s.Difference - fit.Predict(Row(s, features)), 2));
        }));
    }

    // Those that share no position with a place.
    private static List<Substitution> Beside(Place place, IEnumerable<Substitution> cells) => [.. cells.Where(s => !s.Position.Overlaps(place))];

    // What one would guess without any predictor: the mean of the same operation at the other positions; of all cells there if it has none.
    private static double OperationMean(Substitution substitution, List<Substitution> others) =>
        others.Where(o => o.Operation == substitution.Operation).Select(o => o.Difference).DefaultIfEmpty(others.Average(o => o.Difference)).Average();

    private static double[] Row(Substitution substitution, IReadOnlyList<string> features) => [.. features.Select(name => substitution.Values[name])];
}
