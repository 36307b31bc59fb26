using static TorchSharp.torch;

namespace Graft.Formats;

/// <summary>Finds numbers that are none: NaN and the infinities.</summary>
internal static class FiniteValues
{
    /// <summary>
    /// What is not finite in a tensor and where, in words, e.g. <c>NaN at [3, 0] (2 of its 640 values are not finite)</c>; null if all values are finite.
    /// </summary>
    /// <param name="values">A tensor of any shape and type.</param>
    public static string? Fault(Tensor values)
    {
        if (!values.is_floating_point())
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var flat = values.flatten();
        var wrong = flat.isfinite().logical_not();
        long count = wrong.sum().item<long>();
        if (count == 0)
        {
            return null;
        }

        long at = wrong.nonzero()[0].item<long>();
        float first = flat[at].to(ScalarType.Float32).item<float>();
        string found =
            float.IsNaN(first) ? "NaN"
            : first > 0 ? "infinity"
            : "minus infinity";
        return Invariant(
            $"{found} at {ShapeText.Of(Index(at, values.shape))} ({count:N0} of {values.numel():N0} values {(count == 1 ? "is" : "are")} not finite)"
        );
    }

    // Row-major, the last dimension first.
    private static long[] Index(long flat, long[] shape)
    {
        long[] index = new long[shape.Length];
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            (flat, index[i]) = Math.DivRem(flat, shape[i]);
        }

        return index;
    }
}
