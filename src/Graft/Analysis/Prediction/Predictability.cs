namespace Graft.Analysis.Prediction;

/// <summary>Whether a study's accuracy differences can be predicted, for one training length: the question that <b>Seo &amp; Lee</b> leave open.</summary>
public sealed record Predictability
{
    /// <summary>The name of the one predictor that needs some training: accuracy on held-out images after the first epoch.</summary>
    public const string FirstEpoch = "firstEpochAccuracy";

    /// <summary>How long swapped networks were trained on.</summary>
    public required int Epochs { get; init; }

    /// <summary>Cells with results and predictors; those of the teacher and of a frozen rest are not among them.</summary>
    public required int Substitutions { get; init; }

    /// <summary>Each predictor, in the order given, and the accuracy after the first epoch.</summary>
    public required IReadOnlyList<PredictorAssessment> Predictors { get; init; }

    /// <summary>How well accuracy predicts itself.</summary>
    public required Computed<NoiseCeiling> NoiseCeiling { get; init; }

    /// <summary>How well all predictors together do at positions that were not seen.</summary>
    public required Computed<RidgeAssessment> Ridge { get; init; }

    /// <summary>Analyses the substitutions of one training length.</summary>
    /// <param name="epochs">The training length.</param>
    /// <param name="substitutions">The substitutions with results.</param>
    /// <param name="predictors">The predictors to judge, all of which the ridge regression may use.</param>
    internal static Predictability Of(int epochs, IReadOnlyList<Substitution> substitutions, IReadOnlyList<PredictorName> predictors) =>
        new()
        {
            Epochs = epochs,
            Substitutions = substitutions.Count,
            Predictors =
            [
                .. predictors.Select(p => new PredictorAssessment(
                    p.Name,
                    p.Title,
                    RankCorrelation.Of(substitutions, p.Name, withinPositions: true),
                    RankCorrelation.Of(substitutions, p.Name, withinPositions: false)
                )),
                FirstEpochAssessment(epochs, substitutions),
            ],
            NoiseCeiling = Prediction.NoiseCeiling.Of(substitutions),
            Ridge = RidgeModel.Create(substitutions, predictors.Select(p => p.Name)).Then<RidgeAssessment>(model => RidgeAssessment.Of(model)),
        };

    private static PredictorAssessment FirstEpochAssessment(int epochs, IReadOnlyList<Substitution> substitutions)
    {
        const string Title = "held-out accuracy after the first epoch";
        if (epochs == 1)
        {
            var not = new NotComputable("the first epoch is the last: it is the result itself");
            return new(FirstEpoch, Title, not, not);
        }

        return new(
            FirstEpoch,
            Title,
            RankCorrelation.Of(substitutions, FirstEpoch, withinPositions: true),
            RankCorrelation.Of(substitutions, FirstEpoch, withinPositions: false)
        );
    }
}
