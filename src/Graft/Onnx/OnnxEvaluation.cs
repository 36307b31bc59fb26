namespace Graft.Onnx;

/// <summary>What a classifier answered for a set of images.</summary>
/// <param name="Predicted">The class that it gave each image, in the order of the images.</param>
/// <param name="Correct">How many of them are right.</param>
internal sealed record OnnxEvaluation(IReadOnlyList<int> Predicted, int Correct)
{
    /// <summary>Top-1 accuracy in [0, 1].</summary>
    public double Accuracy => (double)Correct / Predicted.Count;
}
