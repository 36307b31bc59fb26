namespace Graft.Analysis.Prediction;

/// <summary>How one predictor goes together with accuracy differences.</summary>
/// <param name="Name">The predictor, as in JSON.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Within">Over pairs of cells at one position.</param>
/// <param name="Across">Over all pairs of cells.</param>
public sealed record PredictorAssessment(string Name, string Title, Computed<RankCorrelation> Within, Computed<RankCorrelation> Across);
