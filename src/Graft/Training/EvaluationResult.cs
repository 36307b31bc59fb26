namespace Graft.Training;

/// <summary>What a network answered for a set of images.</summary>
/// <param name="Predicted">The class that it gave each image, in the order of the images.</param>
/// <param name="Correct">How many of them are right.</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
public sealed record EvaluationResult(int[] Predicted, int Correct, double Loss)
{
    /// <summary>Top-1 accuracy in [0, 1].</summary>
    public double Accuracy => (double)Correct / Predicted.Length;
}
