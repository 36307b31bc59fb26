namespace Graft.Steps;

/// <summary>The result of fine-tuning an architecture.</summary>
/// <param name="Accuracy">Test accuracy after the last epoch.</param>
/// <param name="AccuracyBeforeTraining">Test accuracy before the first epoch, batch norm's statistics estimated anew for the whole.</param>
/// <param name="Loss">Mean cross-entropy on the test images after the last epoch, in nats.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates for one image.</param>
/// <param name="Weights">The file of weights, relative to the workspace's artifacts.</param>
public sealed record FineTuningStepResult(
    double Accuracy, double AccuracyBeforeTraining, double Loss, long Parameters, long MultiplyAccumulates, string Weights);
