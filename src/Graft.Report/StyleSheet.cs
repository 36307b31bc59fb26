namespace Graft.Report;

/// <summary>The report's style sheet, kept as <c>Assets/report.css</c> and compiled in.</summary>
internal static class StyleSheet
{
    /// <summary>The style sheet.</summary>
    public static string Text { get; } = Load();

    private static string Load()
    {
        using Stream stream = typeof(StyleSheet).Assembly.GetManifestResourceStream("report.css")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
