using System.Security.Cryptography;
using System.Text;

namespace Graft.Data.Readers;

/// <summary>
/// The files of an image folder: training images first, then test images, each by class, folder and name in ordinal order, as torchvision's ImageFolder takes
/// them.
/// </summary>
internal sealed class ImageListing
{
    // One of so many images of a class is a test image where the folder does not say which are.
    private const int ImagesPerTestImage = 5;

    // The parts are training and test images, each with the files of every class.
    private ImageListing(string root, ImageWalk walk, IReadOnlyList<string> classes, IReadOnlyList<IReadOnlyList<string>>[] parts)
    {
        Root = root;
        ClassNames = classes;
        Files = [.. parts.SelectMany(part => part).SelectMany(files => files)];
        Labels = [.. parts.SelectMany(part => part.SelectMany((files, label) => Enumerable.Repeat(label, files.Count)))];
        TrainCount = parts[0].Sum(files => files.Count);
        Notes = [.. walk.Notes(), .. AlikeNames(root, classes)];
    }

    /// <summary>The folder that the paths are relative to.</summary>
    public string Root { get; }

    /// <summary>The classes, in ordinal order.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The files, relative to <see cref="Root"/>, with slashes.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The class of each file.</summary>
    public int[] Labels { get; }

    /// <summary>How many of the files are for training; they are the first.</summary>
    public int TrainCount { get; }

    /// <summary>What was passed over, in sentences; empty if nothing was.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Lists the files.</summary>
    /// <param name="directory">Holds the folders of both parts.</param>
    /// <param name="test">The name of the folder of test images.</param>
    /// <exception cref="DataException">Training and test classes differ, or one of them has no image.</exception>
    public static ImageListing Create(string directory, string test)
    {
        var walk = new ImageWalk(directory);
        var classes = ClassesOf(walk, directory, "train");
        var testClasses = ClassesOf(walk, directory, test);
        if (classes.Except(testClasses).Concat(testClasses.Except(classes)).FirstOrDefault() is { } odd)
        {
            var (has, lacks) = classes.Contains(odd) ? ("train", test) : (test, "train");
            throw new DataException($"{directory}: class '{odd}' is in {has}/ but not in {lacks}/; both need the same classes.");
        }

        return new(directory, walk, classes, [Part("train"), Part(test)]);

        List<IReadOnlyList<string>> Part(string part) => [.. classes.Select(name => ImagesOf(walk, directory, $"{part}/{name}"))];
    }

    /// <summary>
    /// Lists the files of a folder that has classes but no parts. A fifth of each class becomes test images, chosen by a hash of their names: the same ones
    /// whenever and wherever it is done.
    /// </summary>
    /// <param name="directory">Holds a folder for each class.</param>
    /// <exception cref="DataException">A class has fewer than two images.</exception>
    public static ImageListing Split(string directory)
    {
        var walk = new ImageWalk(directory);
        var classes = walk.Top(".").Folders;
        List<IReadOnlyList<string>> train = [], test = [];
        foreach (var name in classes)
        {
            var images = ImagesOf(walk, directory, name);
            if (images.Count < 2)
            {
                throw new DataException($"{Path.Combine(directory, name)}: one image cannot be divided into training and test images.");
            }

            var chosen = images
                .OrderBy(file => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(file))), StringComparer.Ordinal)
                .Take(Math.Max(1, images.Count / ImagesPerTestImage))
                .ToHashSet(StringComparer.Ordinal);
            train.Add([.. images.Where(file => !chosen.Contains(file))]);
            test.Add([.. images.Where(chosen.Contains)]);
        }

        return new(directory, walk, classes, [train, test]);
    }

    private static IEnumerable<string> AlikeNames(string root, IReadOnlyList<string> classes) => classes
        .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
        .Where(names => names.Count() > 1)
        .Select(names => $"{root}: {string.Join(" and ", names.Select(name => $"'{name}'"))} differ in case alone and count as several classes.");

    private static IReadOnlyList<string> ImagesOf(ImageWalk walk, string directory, string folder) => walk.ImagesBelow(folder) is { Count: > 0 } images
        ? images
        : throw new DataException(
            $"{Path.Combine(directory, folder)}: no images; expected at least one {ImageDecoder.ExtensionList} file{walk.OthersBelow()}."
        );

    private static IReadOnlyList<string> ClassesOf(ImageWalk walk, string directory, string part)
    {
        var (folders, images) = walk.Top(part);
        return folders.Count > 0
            ? folders
            : throw new DataException(
                Invariant($"{Path.Combine(directory, part)}: {(images > 0 ? Invariant($"images lie directly in it ({images:N0})") : "it is empty")}; ")
                + $"expected a folder for each class, {part}/<class>/*.png.");
    }
}
