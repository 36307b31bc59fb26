namespace Graft.Analysis.Findings;

/// <summary>Numbers in sentences.</summary>
internal static class Words
{
    /// <summary>A difference of fractions in percentage points, with its sign.</summary>
    public static string Points(double fraction)
    {
        string text = Invariant($"{100 * fraction:+0.00;-0.00;0.00}");
        return text is "+0.00" or "-0.00" ? "0.00" : text.Replace('-', '−');
    }

    /// <summary>An interval in percentage points.</summary>
    public static string Range(double lower, double upper) => $"{Points(lower)} to {Points(upper)}";

    /// <summary>A p-value, not more exactly than anyone needs it.</summary>
    public static string PValue(double p) => p < 0.001 ? "p < 0.001" : Invariant($"p = {p:0.000}");

    /// <summary>A share as a percentage.</summary>
    public static string Percent(double share) => Invariant($"{100 * share:0} %");

    /// <summary>A noun with its number: 1 seed, 2 seeds.</summary>
    public static string Count(int count, string noun) => Invariant($"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>A list in a sentence.</summary>
    public static string Listed(IReadOnlyCollection<string> items) => items.Count < 2
        ? string.Concat(items)
        : $"{string.Join(", ", items.SkipLast(1))} and {items.Last()}";
}
