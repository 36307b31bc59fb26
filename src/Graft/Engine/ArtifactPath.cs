namespace Graft.Engine;

/// <summary>Names of artifacts: relative paths that are files' names on every operating system.</summary>
internal static class ArtifactPath
{
    /// <summary>The folder of a workspace that they are in.</summary>
    public const string Folder = "artifacts";

    private static readonly char[] Forbidden = [.. Path.GetInvalidFileNameChars(), '\\', ':'];

    /// <summary>The name of an artifact relative to the workspace, as results have it.</summary>
    /// <param name="relative">The artifact, relative to <see cref="Folder"/>.</param>
    public static string InWorkspace(string relative) => $"{Folder}/{relative}";

    /// <summary>The artifact of a name, relative to <see cref="Folder"/>.</summary>
    /// <param name="name">The name, relative to the workspace or to the folder.</param>
    public static string Of(string name) => name.StartsWith($"{Folder}/", StringComparison.Ordinal) ? name[(Folder.Length + 1)..] : name;

    /// <summary>The absolute path of an artifact.</summary>
    /// <param name="root">The directory of the artifacts.</param>
    /// <param name="relative">The artifact: names joined by '/', none of them empty, '.' or '..'.</param>
    /// <exception cref="ArgumentException">It is no such path.</exception>
    public static string Combine(string root, string relative)
    {
        string[] segments = relative.Split('/');
        return segments.All(s => s is not ("" or "." or "..") && s.IndexOfAny(Forbidden) < 0)
            ? Path.Combine([root, .. segments])
            : throw new ArgumentException(
                $"'{relative}' is no relative path of an artifact: names joined by '/', none of them empty, '.' or '..'.",
                nameof(relative)
            );
    }
}
