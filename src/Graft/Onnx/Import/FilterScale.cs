using static TorchSharp.torch;

namespace Graft.Onnx.Import;

/// <summary>The powers of two that filters before a batch normalisation which was put back are multiplied by.</summary>
internal static class FilterScale
{
    // What fp32 tells from nothing beside a number of usual size: a shorter filter is dead, and gives its bias alone. Lengthened, its variance would overflow.
    private const double ShortestAlive = 1.0 / (1 << 24);

    /// <summary>
    /// The power of two that brings a filter nearest to the length of He's initial values, √2 (He et al. 2015, section 2.2); 1 for a dead filter.
    /// </summary>
    /// <param name="length">The filter's length.</param>
    public static float Of(double length) =>
        length is >= ShortestAlive and < double.PositiveInfinity ? (float)Math.ScaleB(1, (int)Math.Round(Math.Log2(Math.Sqrt(2) / length))) : 1;

    /// <summary>The powers of two, [C], that filters were multiplied by; null if they were changed otherwise.</summary>
    /// <param name="before">The filters before, [C, ...].</param>
    /// <param name="now">The filters now.</param>
    public static Tensor? Between(Tensor before, Tensor now)
    {
        float[] old = Largest(before), current = Largest(now);
        var factor = tensor(old.Zip(current, (a, b) => a > 0 && b > 0 ? (float)Math.ScaleB(1, (int)Math.Round(Math.Log2((double)b / a))) : 1).ToArray());
        return (before * factor.view(-1, 1, 1, 1)).eq(now).all().item<bool>() ? factor : null;

        static float[] Largest(Tensor filters) => [.. filters.abs().amax([1, 2, 3]).data<float>()];
    }
}
