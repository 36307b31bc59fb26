namespace Graft.Report.Heat;

/// <summary>
/// Colours for differences to the teacher: orange below, near white at zero, blue above. Orange against blue stays apart in all common forms of colour
/// blindness.
/// </summary>
public sealed class DivergingScale
{
    private static readonly Rgb[] Stops =
    [
        new(0xb3, 0x58, 0x06), new(0xe8, 0x93, 0x2f), new(0xfd, 0xd5, 0xa0), new(0xf7, 0xf7, 0xf5),
        new(0xb9, 0xd7, 0xec), new(0x63, 0xa1, 0xcf), new(0x1f, 0x5f, 0xa6),
    ];

    /// <param name="limit">The difference in percentage points at which the colour is strongest, greater than 0.</param>
    public DivergingScale(double limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        Limit = limit;
    }

    /// <summary>The difference in percentage points, up or down, at which the colour is strongest.</summary>
    public double Limit { get; }

    /// <summary>A scale whose limit is the next round number of points that holds all differences, at least 0.5: noise shall not look strong.</summary>
    /// <param name="differences">Differences in percentage points; what is not finite is passed over.</param>
    public static DivergingScale For(IEnumerable<double> differences)
    {
        double largest = differences.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        double[] limits = [0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70];
        return new DivergingScale(limits.FirstOrDefault(x => largest <= x, 100));
    }

    /// <summary>The background of a difference.</summary>
    /// <param name="points">The difference in percentage points; beyond the limit the colour stays that of the limit.</param>
    public Rgb Background(double points)
    {
        double at = (Math.Clamp(points / Limit, -1, 1) + 1) / 2 * (Stops.Length - 1);
        int below = Math.Min((int)at, Stops.Length - 2);
        return Rgb.Mix(Stops[below], Stops[below + 1], at - below);
    }

    /// <summary>Black or white, whichever reads better on a background.</summary>
    public static Rgb Ink(Rgb background)
    {
        Rgb black = new(0, 0, 0), white = new(255, 255, 255);
        return Rgb.Contrast(black, background) >= Rgb.Contrast(white, background) ? black : white;
    }
}
