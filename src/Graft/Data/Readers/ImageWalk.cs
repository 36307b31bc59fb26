using Graft.Runtime;

namespace Graft.Data.Readers;

/// <summary>Walks through an image folder and counts what it passes over. Hidden files and folders, and what macOS puts into archives, are no data.</summary>
/// <param name="root">The folder; all other paths are relative to it.</param>
internal sealed class ImageWalk(string root)
{
    private const string Hidden = "hidden";
    private const string MacFolder = "__MACOSX";
    private readonly Dictionary<string, (int Count, string First)> _passedOver = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _below = new(StringComparer.Ordinal); // of the class folder that was walked last

    /// <summary>The folders directly below a folder, in ordinal order, and how many images lie beside them.</summary>
    public (IReadOnlyList<string> Folders, int Images) Top(string part)
    {
        var (files, folders) = Entries(part);
        var images = 0;
        foreach (var file in files)
        {
            images += ImageDecoder.Takes(file) ? 1 : 0;
            PassOver(ImageDecoder.Takes(file) ? "in no class folder" : KindOf(file), $"{part}/{file}");
        }

        return (folders, images);
    }

    /// <summary>All images in a folder and below, by folder and name.</summary>
    public IReadOnlyList<string> ImagesBelow(string folder)
    {
        _below.Clear();
        var images = new List<(string Folder, string File)>();
        Walk(folder, images);
        return [.. images.OrderBy(x => x.Folder, StringComparer.Ordinal).ThenBy(x => x.File, StringComparer.Ordinal).Select(x => $"{x.Folder}/{x.File}")];
    }

    /// <summary>What the class folder that was walked last has in the place of images, for an error: <c>; found: 12 .tif</c>.</summary>
    public string OthersBelow() => _below.Count > 0 ? $"; found: {Words(_below.Select(x => (x.Key, x.Value)))}" : "; it is empty";

    /// <summary>What was passed over, in a sentence; empty if nothing was.</summary>
    public IReadOnlyList<string> Notes()
    {
        if (_passedOver.Count == 0)
        {
            return [];
        }

        var total = _passedOver.Values.Sum(x => x.Count);
        var example = _passedOver
            .Where(x => x.Key != Hidden)
            .OrderByDescending(x => x.Value.Count)
            .Select(x => Invariant($", e.g. {x.Value.First}"))
            .FirstOrDefault("");
        return
        [
            Invariant($"{root}: {Plural.Of(total, "file or folder is", "files and folders are")} passed over ")
                + Invariant(
                    $"({Words(_passedOver.Select(x => (x.Key, x.Value.Count)))}{example}); images are {ImageDecoder.ExtensionList} files that are not hidden."
                ),
        ];
    }

    private static string Words(IEnumerable<(string Kind, int Count)> counts) =>
        string.Join(", ", counts.OrderByDescending(x => x.Count).Select(x => Invariant($"{x.Count:N0} {x.Kind}")));

    private static string KindOf(string file) => Path.GetExtension(file) is { Length: > 0 } extension ? extension.ToLowerInvariant() : "without an extension";

    private void Walk(string folder, List<(string Folder, string File)> images)
    {
        var (files, folders) = Entries(folder);
        foreach (var file in files)
        {
            if (ImageDecoder.Takes(file))
            {
                images.Add((folder, file));
            }
            else
            {
                PassOver(KindOf(file), $"{folder}/{file}");
            }
        }

        foreach (var name in folders)
        {
            var below = $"{folder}/{name}";
            var link = new DirectoryInfo(Path.Combine(root, below));
            if (link.LinkTarget is not null && IsAncestor(link.ResolveLinkTarget(returnFinalTarget: true)?.FullName, Path.Combine(root, folder)))
            {
                PassOver("a link to a folder above it", below); // to follow it would never end
                continue;
            }

            Walk(below, images);
        }
    }

    private (List<string> Files, List<string> Folders) Entries(string folder)
    {
        var files = new List<string>();
        var folders = new List<string>();
        foreach (var entry in new DirectoryInfo(Path.Combine(root, folder)).EnumerateFileSystemInfos())
        {
            if (entry.Attributes.HasFlag(FileAttributes.Hidden) || entry.Name == MacFolder)
            {
                PassOver(Hidden, $"{folder}/{entry.Name}");
            }
            else
            {
                (entry.Attributes.HasFlag(FileAttributes.Directory) ? folders : files).Add(entry.Name);
            }
        }

        files.Sort(StringComparer.Ordinal);
        folders.Sort(StringComparer.Ordinal);
        return (files, folders);
    }

    private void PassOver(string kind, string path)
    {
        _below[kind] = _below.GetValueOrDefault(kind) + 1;
        _passedOver[kind] = _passedOver.TryGetValue(kind, out var found) ? (found.Count + 1, found.First) : (1, path);
    }

    private static bool IsAncestor(string? folder, string of) =>
        folder is not null && $"{Path.GetFullPath(of)}/".StartsWith($"{folder.TrimEnd('/')}/", StringComparison.Ordinal);
}
