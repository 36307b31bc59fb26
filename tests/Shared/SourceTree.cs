namespace Graft.Tests.Fixtures;

/// <summary>The source tree that the tests were built from, where reference files lie beside the scripts that made them.</summary>
internal static class SourceTree
{
    /// <summary>The path of a file or directory, given from the root of the tree.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root(), .. parts]);

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Graft.slnx")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException($"No Graft.slnx above {AppContext.BaseDirectory}.");
        }

        return directory;
    }
}
