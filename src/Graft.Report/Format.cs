using System.Globalization;
using Graft.Analysis;
using Graft.Jobs.Studies;
using Graft.Runtime;

namespace Graft.Report;

/// <summary>
/// How numbers are written: invariant culture, a dash where there is no number, a true minus sign on pages. Terminals give another one, which all of them
/// have.
/// </summary>
internal static class Format
{
    /// <summary>Stands where there is no value.</summary>
    public const string None = "–";

    /// <summary>The minus sign of pages.</summary>
    public const char Minus = '−';

    /// <summary>A fraction as a percentage with two decimals and no sign of its unit, which the heading carries.</summary>
    public static string Percent(double? fraction, char minus = Minus) => Number(100 * fraction, "0.00", minus);

    /// <summary>A cell's difference to the unchanged network in percentage points, with its seeds where these are fewer than the cell's.</summary>
    public static string Difference(CellResult cell, char minus = Minus)
    {
        bool isOfFewer = cell.DifferenceSeeds > 0 && cell.DifferenceSeeds < cell.Accuracies.Count;
        return Invariant($"{Points(cell.DifferenceToTeacher, minus)}{(isOfFewer ? Invariant($" (n = {cell.DifferenceSeeds})") : "")}");
    }

    /// <summary>A difference of fractions in percentage points, always with its sign.</summary>
    public static string Points(double? fraction, char minus = Minus) => Number(100 * fraction, "+0.00;-0.00;0.00", minus);

    /// <summary>An interval of differences in percentage points, e.g. <c>−1.20 to +0.35</c>; a dash where there is none.</summary>
    public static string Interval(ConfidenceInterval? interval, char minus = Minus) =>
        interval is null ? None : Interval(interval.Lower, interval.Upper, minus);

    /// <summary>The same by its ends.</summary>
    public static string Interval(double lower, double upper, char minus = Minus) => $"{Points(lower, minus)} to {Points(upper, minus)}";

    /// <summary>A distillation or training loss.</summary>
    public static string Loss(double? loss) => Number(loss, "0.0000");

    /// <summary>A count with thousands separated.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A large count in millions.</summary>
    public static string Millions(long count) => (count / 1e6).ToString("N2", CultureInfo.InvariantCulture);

    /// <summary>A moment, to the minute.</summary>
    public static string Moment(DateTimeOffset? moment) => moment?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) ?? None;

    /// <summary>A list in a sentence, e.g. <c>25 and 50</c>.</summary>
    public static string Listed(IEnumerable<int> numbers) => Listing.Of([.. numbers.Select(x => x.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>A time in the two units that say most, e.g. <c>3 h 12 min</c>.</summary>
    public static string Duration(double? seconds)
    {
        return seconds switch
        {
            null or < 0 or double.NaN or double.PositiveInfinity => None,
            < 59.95 => Invariant($"{seconds:0.0} s"),
            < 3599.5 => Invariant($"{Math.Floor(Math.Round(seconds.Value) / 60):0} min {Math.Round(seconds.Value) % 60:0} s"),
            _ => Invariant($"{Math.Floor(Math.Round(seconds.Value / 60) / 60):N0} h {Math.Round(seconds.Value / 60) % 60:0} min"),
        };
    }

    /// <summary>An interval; a dash where it has no ends.</summary>
    public static string Range(double? lower, double? upper, string format) =>
        lower is null || upper is null ? None : $"{Number(lower, format)}–{Number(upper, format)}";

    /// <summary>A number in a custom format, without a sign where it rounds to zero; a dash for null and for what is not finite.</summary>
    public static string Number(double? value, string format, char minus = Minus)
    {
        if (value is not { } x || !double.IsFinite(x))
        {
            return None;
        }

        string text = Settled(x).ToString(format, CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAnyInRange('1', '9') ? text.Replace('-', minus) : text.Replace("-", "", StringComparison.Ordinal);
    }

    // Without the last bits, which depend on the way it was computed: one in the middle between two written ones is written the same wherever it stands.
    private static double Settled(double value) => Math.Abs(value) < 1e5 ? Math.Round(value, 9) : value;
}
