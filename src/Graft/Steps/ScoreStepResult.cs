namespace Graft.Steps;

/// <summary>How much worse a network answers with a candidate in place. All three are 0 for the teacher's own operation.</summary>
/// <param name="LossRise">Rise of the mean cross-entropy on the labels, in nats (<b>LANA</b>, eq. 3); below 0 where the candidate happens to help.</param>
/// <param name="KullbackLeibler">Mean Kullback-Leibler divergence from the teacher's class probabilities, in nats (<b>Puzzle</b>).</param>
/// <param name="FeatureError">Squared error of the position's output divided by the teacher's mean square there.</param>
/// <param name="Images">Images that were looked at.</param>
public sealed record ScoreStepResult(double LossRise, double KullbackLeibler, double FeatureError, int Images);
