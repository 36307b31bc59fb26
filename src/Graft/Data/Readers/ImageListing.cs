using System.Security.Cryptography;
using System.Text;

namespace Graft.Data.Readers;

/// <summary>The files of an image folder: training images first, then test images, each by class and name in ordinal order.</summary>
internal sealed record ImageListing(IReadOnlyList<string> ClassNames, IReadOnlyList<FileInfo> Files, int[] Labels, int TrainCount, string Key)
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    /// <summary>Lists the files.</summary>
    /// <exception cref="DataException">Training and test classes differ, or one of them has no image.</exception>
    public static ImageListing Create(string directory)
    {
        var classes = Subdirectories(directory, "train");
        var testClasses = Subdirectories(directory, "test");
        if (classes.Except(testClasses).Concat(testClasses.Except(classes)).FirstOrDefault() is { } odd)
        {
            var (has, lacks) = classes.Contains(odd) ? ("train", "test") : ("test", "train");
            throw new DataException($"{directory}: class '{odd}' is in {has}/ but not in {lacks}/; both need the same classes.");
        }

        var files = new List<FileInfo>();
        var labels = new List<int>();
        var trainCount = 0;
        foreach (var part in new[] { "train", "test" })
        {
            for (var label = 0; label < classes.Count; label++)
            {
                var folder = Path.Combine(directory, part, classes[label]);
                var images = new DirectoryInfo(folder).EnumerateFiles()
                    .Where(file => Extensions.Contains(file.Extension, StringComparer.OrdinalIgnoreCase))
                    .OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
                if (images.Count == 0)
                {
                    throw new DataException($"{folder}: no images; expected at least one .png, .jpg or .jpeg file.");
                }

                files.AddRange(images);
                labels.AddRange(Enumerable.Repeat(label, images.Count));
            }

            trainCount = part == "train" ? files.Count : trainCount;
        }

        return new ImageListing(classes, files, [.. labels], trainCount, HashOf(directory, files));
    }

    private static List<string> Subdirectories(string directory, string part) =>
        [.. new DirectoryInfo(Path.Combine(directory, part)).EnumerateDirectories().Select(folder => folder.Name).Order(StringComparer.Ordinal)];

    private static string HashOf(string directory, List<FileInfo> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            var relative = Path.GetRelativePath(directory, file.FullName).Replace('\\', '/');
            hash.AppendData(Encoding.UTF8.GetBytes(Invariant($"{relative}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}\n")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
