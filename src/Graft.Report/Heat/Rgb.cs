namespace Graft.Report.Heat;

/// <summary>A colour in sRGB.</summary>
/// <param name="R">Red, 0 to 255.</param>
/// <param name="G">Green, 0 to 255.</param>
/// <param name="B">Blue, 0 to 255.</param>
public readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>Relative luminance in [0, 1] (WCAG 2.2).</summary>
    public double Luminance => (0.2126 * Linear(R)) + (0.7152 * Linear(G)) + (0.0722 * Linear(B));

    /// <summary>The colour as <c>#rrggbb</c>.</summary>
    public string Hex => $"#{R:x2}{G:x2}{B:x2}";

    /// <summary>Contrast ratio of two colours, from 1 to 21 (WCAG 2.2).</summary>
    public static double Contrast(Rgb a, Rgb b)
    {
        return (Math.Max(a.Luminance, b.Luminance) + 0.05) / (Math.Min(a.Luminance, b.Luminance) + 0.05);
    }

    /// <summary>The colour on the way from one to another.</summary>
    /// <param name="from">The colour at 0.</param>
    /// <param name="to">The colour at 1.</param>
    /// <param name="t">How far, in [0, 1].</param>
    public static Rgb Mix(Rgb from, Rgb to, double t)
    {
        return new Rgb(Between(from.R, to.R, t), Between(from.G, to.G, t), Between(from.B, to.B, t));
    }

    private static byte Between(byte from, byte to, double t) => (byte)Math.Round(from + ((to - from) * t));

    private static double Linear(byte channel)
    {
        double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }
}
