using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>How ONNX Runtime's answers differ from those of the network that a file was exported from.</summary>
/// <param name="Images">The number of images that both answered.</param>
/// <param name="LargestLogit">The largest logit, without its sign.</param>
/// <param name="MaxDifference">The largest difference of two logits, without its sign.</param>
/// <param name="ClassesDiffering">
/// For how many images the predicted classes differ although the expected logits of the two are further apart than rounding may move them: not near ties.
/// </param>
public sealed record OnnxComparison(int Images, double LargestLogit, double MaxDifference, int ClassesDiffering)
{
    private const double Rounding = 1e-5;

    /// <summary>The difference that rounding in fp32 may make: 1e-4, or 1e-5 of the largest logit where that is more.</summary>
    public double Tolerance => Allowed(LargestLogit, Rounding);

    /// <summary>No image yet.</summary>
    internal static OnnxComparison Nothing { get; } = new(0, 0, 0, 0);

    /// <summary>Whether the two are the same function but for rounding. False if a logit is not a number.</summary>
    public bool Agrees => MaxDifference <= Tolerance && ClassesDiffering == 0;

    /// <summary>The comparison itself, if there was something to compare.</summary>
    /// <param name="parameter">The parameter that the images came by.</param>
    /// <exception cref="ArgumentException">There was no image.</exception>
    internal OnnxComparison Required(string parameter) => Images > 0
        ? this
        : throw new ArgumentException("There is no image to compare on: give some, or null for seeded noise. Nothing is written.", parameter);

    /// <summary>The comparison with more images.</summary>
    /// <param name="expected">Logits, [N, K].</param>
    /// <param name="actual">Those that are held against them, [N, K].</param>
    /// <param name="rounding">What rounding may make of a difference, as a part of the largest logit of these images and those before.</param>
    internal OnnxComparison And(Tensor expected, Tensor actual, double rounding = Rounding)
    {
        double largest = Math.Max(LargestLogit, expected.abs().max().item<float>());
        var gap = expected.max(1).values - expected.gather(1, actual.argmax(1, keepdim: true)).squeeze(1); // [N]
        return new(
            Images + (int)expected.shape[0],
            largest,
            Math.Max(MaxDifference, (actual - expected).abs().max().item<float>()), // NaN stays NaN
            ClassesDiffering + (int)gap.IsAbove(Allowed(largest, rounding)).sum().item<long>());
    }

    private static double Allowed(double largestLogit, double rounding) => Math.Max(1e-4, rounding * largestLogit);
}
