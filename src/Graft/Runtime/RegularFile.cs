namespace Graft.Runtime;

/// <summary>Opens files that are read by their length and place: weights, networks, packages.</summary>
internal static class RegularFile
{
    /// <summary>What is said of a pipe, socket or device where a file is needed; null for a file and for what is not there.</summary>
    public static string? FaultOf(string path) => FileIdentity.IsSpecial(path) ? "it is a pipe, socket or device, not a file." : null;

    /// <summary>Opens a file for reading. A pipe would be waited for without end, and has no length.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be opened, or is a directory, pipe, socket or device.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static FileStream OpenRead(string path) =>
        FaultOf(path) is { } fault ? throw new IOException(fault) : File.OpenRead(RequireNoDirectory(path));

    /// <summary>Reads a text; a pipe will do.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be read, or is a directory.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static string ReadAllText(string path) => File.ReadAllText(RequireNoDirectory(path));

    /// <summary>Why a file cannot be read, in a sentence that begins with its path; the nearest name in its directory where it is not there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cause">What opening or reading it threw.</param>
    public static string FaultOf(string path, Exception cause) => cause is FileNotFoundException or DirectoryNotFoundException
        ? MissingFault(path)
        : $"{path} cannot be read: {cause.Message.ReplaceLineEndings(" ")}";

    /// <summary>What is said of a file that is not there: a sentence with the nearest name in its directory.</summary>
    public static string MissingFault(string path) => $"{path}: there is no such file.{Nearest(path)}";

    private static string RequireNoDirectory(string path) => Directory.Exists(path) ? throw new IOException("it is a directory, not a file.") : path;

    // By what stands before the ending, among files of the same ending: that is where names differ. The same name may have another ending.
    private static string Nearest(string path)
    {
        string wanted = Path.GetFileNameWithoutExtension(path);
        var byStem = Neighbours(path).Order(StringComparer.Ordinal)
            .Where(name => Path.GetExtension(name) == Path.GetExtension(path) || Path.GetFileNameWithoutExtension(name) == wanted)
            .ToLookup(Path.GetFileNameWithoutExtension);
        return NearestName.Of(wanted, byStem.Select(names => names.Key!)) is { } stem
            ? $" Did you mean '{Path.Combine(Path.GetDirectoryName(path) ?? "", byStem[stem].First())}'?"
            : "";
    }

    private static IEnumerable<string> Neighbours(string path)
    {
        try
        {
            return [.. Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path).Select(file => Path.GetFileName(file))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // no such directory, or not to be listed
        }
    }
}
