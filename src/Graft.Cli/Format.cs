using Graft.Analysis;
using Graft.Jobs.Studies;

namespace Graft.Cli;

/// <summary>Numbers as people read them in a terminal: as in reports, but for the minus sign; sizes and times in fewer digits.</summary>
internal static class Format
{
    /// <summary>The minus sign, which every terminal has.</summary>
    public const char Minus = '-';

    /// <inheritdoc cref="Report.Format.Percent"/>
    public static string Percent(double? fraction) => Report.Format.Percent(fraction, Minus);

    /// <inheritdoc cref="Report.Format.Difference"/>
    public static string Difference(CellResult cell) => Report.Format.Difference(cell, Minus);

    /// <inheritdoc cref="Report.Format.Points"/>
    public static string Points(double? fraction) => Report.Format.Points(fraction, Minus);

    /// <inheritdoc cref="Report.Format.Interval(ConfidenceInterval, char)"/>
    public static string Interval(ConfidenceInterval? interval) => Report.Format.Interval(interval, Minus);

    /// <inheritdoc cref="Report.Format.Interval(double, double, char)"/>
    public static string Interval(double lower, double upper) => Report.Format.Interval(lower, upper, Minus);

    /// <inheritdoc cref="Report.Format.Number"/>
    public static string Number(double? value, string format) => Report.Format.Number(value, format, Minus);

    /// <summary>A path as a command line takes it: in quotes where it has blanks.</summary>
    public static string Argument(string path) => path.Any(char.IsWhiteSpace) ? $"\"{path}\"" : path;

    /// <inheritdoc cref="Report.Format.Count"/>
    public static string Count(long count) => Report.Format.Count(count);

    /// <summary>A size in the decimal units of file managers.</summary>
    public static string Bytes(long bytes) =>
        bytes < 1_000_000 ? Invariant($"{bytes / 1e3:0.0} kB")
        : bytes < 1_000_000_000 ? Invariant($"{bytes / 1e6:0.0} MB")
        : Invariant($"{bytes / 1e9:0.00} GB");

    public static string Millions(long count) => Invariant($"{count / 1e6:N1}");

    public static string Duration(double seconds) => Duration(TimeSpan.FromSeconds(seconds));

    public static string Duration(TimeSpan time) => time.TotalSeconds < 1 ? Invariant($"{time.TotalSeconds:0.0} s")
        : time.TotalMinutes < 2 ? Invariant($"{time.TotalSeconds:0} s")
        : time.TotalMinutes < 10 ? Invariant($"{Math.Round(2 * time.TotalMinutes) / 2:0.#} min")
        : time.TotalHours < 2 ? Invariant($"{time.TotalMinutes:0} min")
        : time.TotalDays < 2 ? Invariant($"{time.TotalHours:0.0} h") : Invariant($"{time.TotalDays:0.0} days");
}
