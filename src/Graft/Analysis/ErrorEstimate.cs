using MathNet.Numerics.Distributions;

namespace Graft.Analysis;

/// <summary>What a mean difference varies by: a part that few degrees of freedom tell (seeds), and a part that thousands of test images tell, as good as
/// known.</summary>
/// <remarks>
/// Intervals are mean ± √(t²·<paramref name="Variance"/> + z²·<paramref name="KnownVariance"/>) (<b>Banerjee 1960</b>, Sankhyā 22, 357–358), with the quantiles
/// t of Student's and z of the normal distribution. They cover at least as often as they say, whatever the share of both parts: the distribution function of χ²
/// with one degree of freedom is concave, so that a mixture of two right tests is a right test (Jensen). Approximate degrees of freedom (Satterthwaite, Hillis)
/// do not hold with two or three seeds: docs/statistics.md.
/// </remarks>
/// <param name="Variance">The part of seeds, a variance of the mean.</param>
/// <param name="DegreesOfFreedom">The degrees of freedom that it rests on, greater than 0.</param>
/// <param name="KnownVariance">The part of images, a variance of the mean.</param>
public sealed record ErrorEstimate(double Variance, double DegreesOfFreedom, double KnownVariance)
{
    // From here on Student's distribution is the normal one to all digits that matter, and its functions no longer converge.
    private const double MostFreedom = 1e6;
    private const int Halvings = 80;

    /// <summary>The standard error of the mean.</summary>
    public double StandardError => Math.Sqrt(Variance + KnownVariance);

    private double Freedom => Math.Min(DegreesOfFreedom, MostFreedom);

    /// <summary>Half of the width of the interval that covers with probability <paramref name="level"/>.</summary>
    public double HalfWidth(double level)
    {
        double t = StudentT.InvCDF(0, 1, Freedom, (1 + level) / 2), z = KnownVariance > 0 ? Normal.InvCDF(0, 1, (1 + level) / 2) : 0;
        return Math.Sqrt((t * t * Variance) + (z * z * KnownVariance));
    }

    /// <summary>The one-sided p-value of a mean that lies so far above what is tested: the level whose interval just reaches it, halved. Above 1/2 where it
    /// lies below.</summary>
    public double Tail(double distance)
    {
        if (distance <= 0)
        {
            return distance < 0 ? 1 - Tail(-distance) : 0.5; // also where nothing varies
        }

        if (Variance <= 0)
        {
            return Normal.CDF(0, StandardError, -distance);
        }

        double low = 0, high = distance / Math.Sqrt(Variance);
        for (int i = 0; KnownVariance > 0 && i < Halvings; i++)
        {
            double t = (low + high) / 2, z = Normal.InvCDF(0, 1, Student(t));
            (low, high) = (t * t * Variance) + (z * z * KnownVariance) < distance * distance ? (t, high) : (low, t);
        }

        return Student(high);
    }

    private double Student(double t) => StudentT.CDF(0, 1, Freedom, -t);
}
