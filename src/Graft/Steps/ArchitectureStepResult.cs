namespace Graft.Steps;

/// <summary>What an architecture answers before any training, batch norm in batch statistics.</summary>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="KullbackLeibler">Mean Kullback-Leibler divergence from the teacher's class probabilities, in nats.</param>
/// <param name="Accuracy">Accuracy on these training images.</param>
/// <param name="Images">Images that were looked at.</param>
public sealed record ArchitectureStepResult(double Loss, double KullbackLeibler, double Accuracy, int Images);
