namespace Graft.Data.Readers;

/// <summary>
/// The files of an image folder: training images first, then test images, each by class, folder and name in ordinal order, as torchvision's ImageFolder takes
/// them.
/// </summary>
internal sealed record ImageListing
{
    /// <summary>The folder that the paths are relative to.</summary>
    public required string Root { get; init; }

    /// <summary>The classes, in ordinal order.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The files, relative to <see cref="Root"/>, with slashes.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The class of each file.</summary>
    public required int[] Labels { get; init; }

    /// <summary>How many of the files are for training; they are the first.</summary>
    public required int TrainCount { get; init; }

    /// <summary>What was passed over, in sentences; empty if nothing was.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

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

        var files = new List<string>();
        var labels = new List<int>();
        var trainCount = 0;
        foreach (var part in new[] { "train", test })
        {
            for (var label = 0; label < classes.Count; label++)
            {
                var images = walk.ImagesBelow($"{part}/{classes[label]}");
                if (images.Count == 0)
                {
                    var folder = Path.Combine(directory, part, classes[label]);
                    throw new DataException($"{folder}: no images; expected at least one {ImageDecoder.ExtensionList} file{walk.OthersBelow()}.");
                }

                files.AddRange(images);
                labels.AddRange(Enumerable.Repeat(label, images.Count));
            }

            trainCount = part == "train" ? files.Count : trainCount;
        }

        return new ImageListing { Root = directory, ClassNames = classes, Files = files, Labels = [.. labels], TrainCount = trainCount, Notes = walk.Notes() };
    }

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
