namespace Graft.Steps;

/// <summary>The result of a teacher, trained or imported.</summary>
/// <param name="Accuracy">Test accuracy.</param>
/// <param name="Parameters">Trainable parameters.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates for one image.</param>
/// <param name="Weights">The file of weights, relative to the workspace's artifacts.</param>
public sealed record TeacherStepResult(double Accuracy, long Parameters, long MultiplyAccumulates, string Weights);
