using Graft.Analysis;

namespace Graft.Cli;

/// <summary>Numbers as people read them.</summary>
internal static class Format
{
    public static string Percent(double? fraction, string none = "–") => fraction is { } value ? Invariant($"{Report.Format.Settled(100 * value):0.00}") : none;

    public static string Points(double? fraction) => fraction is { } value ? Invariant($"{Report.Format.Settled(100 * value):+0.00;-0.00;0.00}") : "–";

    /// <summary>An interval of differences, e.g. <c>-1.20 to +0.35</c>, in percentage points.</summary>
    public static string Points(ConfidenceInterval? interval) =>
        interval is null ? "–" : $"{Points(interval.Lower)} to {Points(interval.Upper)}";

    /// <summary>A path as a command line takes it: in quotes where it has blanks.</summary>
    public static string Argument(string path) => path.Any(char.IsWhiteSpace) ? $"\"{path}\"" : path;

    public static string Count(long count) => Invariant($"{count:N0}");

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
