namespace Graft.Cli;

/// <summary>Numbers as people read them.</summary>
internal static class Format
{
    public static string Percent(double? fraction, string none = "–") => fraction is { } value ? $"{100 * value:0.00}" : none;

    public static string Points(double? fraction) => fraction is { } value ? $"{100 * value:+0.00;-0.00;0.00}" : "–";

    public static string Count(long count) => $"{count:N0}";

    /// <summary>A count and its noun: 1 epoch, 2 epochs.</summary>
    public static string Count(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";

    public static string Millions(long count) => $"{count / 1e6:N1}";

    public static string Duration(double seconds) => Duration(TimeSpan.FromSeconds(seconds));

    public static string Duration(TimeSpan time) => time.TotalSeconds < 1 ? $"{time.TotalSeconds:0.0} s"
        : time.TotalMinutes < 2 ? $"{time.TotalSeconds:0} s"
        : time.TotalHours < 2 ? $"{time.TotalMinutes:0} min"
        : time.TotalDays < 2 ? $"{time.TotalHours:0.0} h" : $"{time.TotalDays:0.0} days";
}
