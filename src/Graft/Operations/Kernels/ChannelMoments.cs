namespace Graft.Operations.Kernels;

/// <summary>Mean and variance of each channel over some rows of a feature map.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Mean">[C].</param>
/// <param name="Variance">[C]; the mean square of the deviation from the mean.</param>
internal sealed record ChannelMoments(int Rows, double[] Mean, double[] Variance)
{
    /// <summary>The moments over the rows of all parts (law of total variance).</summary>
    public static ChannelMoments Of(IReadOnlyList<ChannelMoments> parts)
    {
        if (parts.Count == 1)
        {
            return parts[0];
        }

        int rows = parts.Sum(p => p.Rows), channels = parts[0].Mean.Length;
        double[] mean = new double[channels], variance = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            mean[c] = parts.Sum(p => p.Rows * p.Mean[c]) / rows;
            variance[c] = parts.Sum(p => p.Rows * (p.Variance[c] + Math.Pow(p.Mean[c] - mean[c], 2))) / rows;
        }

        return new(rows, mean, variance);
    }
}
