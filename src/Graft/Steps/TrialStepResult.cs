namespace Graft.Steps;

/// <summary>The result of a trial.</summary>
/// <param name="Accuracy">Test accuracy after the last epoch.</param>
/// <param name="AccuracyBeforeTraining">Test accuracy before the first epoch.</param>
/// <param name="Parameters">Trainable parameters of the network with its operation swapped.</param>
/// <param name="MultiplyAccumulates">Its multiply-accumulates for one image.</param>
public sealed record TrialStepResult(double Accuracy, double AccuracyBeforeTraining, long Parameters, long MultiplyAccumulates);
