using Graft.Data.Download;
using Graft.Formats;

namespace Graft.Data;

/// <summary>What a check of a file, a directory or a known data set found.</summary>
internal sealed record DataVerification
{
    /// <summary>What was checked.</summary>
    public required string Path { get; init; }

    /// <summary>What it is, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>The shape of an image; null for a single file.</summary>
    public ImageShape? Shape { get; init; }

    /// <summary>The fingerprint of the data, see <see cref="ImageData.Fingerprint"/>; null for a single file.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The images of each class; empty for a single file.</summary>
    public IReadOnlyList<ClassCount> Classes { get; init; } = [];

    /// <summary>What else there is to say, see <see cref="ImageData.Notes"/>.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// Compares a downloaded file with the checksums of the catalogue, or loads a directory in full and counts: images that are too many for memory are decoded
    /// for this, too.
    /// </summary>
    /// <param name="path">A file as its authors publish it, a directory, or the name of a data set, which is downloaded if it is missing.</param>
    /// <param name="options">Where data are kept.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ConfigurationException">There is no such file, directory or name.</exception>
    /// <exception cref="DataException">What is there is damaged or unknown.</exception>
    public static DataVerification Verify(string path, DataOptions options, CancellationToken cancellation = default)
    {
        if (File.Exists(path))
        {
            return VerifyFile(path);
        }

        var data = DataSource.Load(path, options, cancellation);
        ReadFiles(data, options.Progress, cancellation);
        var train = data.Train.Labels.CountBy(label => label).ToDictionary();
        var test = data.Test.Labels.CountBy(label => label).ToDictionary();
        return new DataVerification
        {
            Path = path,
            Description = Invariant(
                $"{data.Train.Count:N0} training and {data.Test.Count:N0} test images of {data.Train.Shape}, {data.ClassNames.Count} classes"
            ),
            Shape = data.Train.Shape,
            Fingerprint = data.Fingerprint,
            Notes = data.Notes,
            Classes = [.. data.ClassNames.Select((name, label) => new ClassCount(name, train.GetValueOrDefault(label), test.GetValueOrDefault(label)))],
        };
    }

    // What stays in its files was not all decoded to load it: images for testing never, where they are scaled.
    private static void ReadFiles(ImageData data, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        ImageSet[] inFiles = [.. new[] { data.Train, data.Test }.Where(set => !set.IsInMemory)];
        var decoded = new DecodeProgress(data.Name, inFiles.Sum(set => set.Count), progress);
        foreach (var set in inFiles)
        {
            set.ReadAll(_ => { }, decoded.Of(set.Count), cancellation);
        }
    }

    private static DataVerification VerifyFile(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        var known = DataCatalog.All.SelectMany(entry => entry.Files, (entry, file) => (entry, file)).ToList();
        var candidates = known.Where(pair => pair.file.Name == name).ToList(); // MNIST and its kin share their names
        if (candidates.Count == 0)
        {
            var files = string.Join(", ", known.Select(pair => pair.file.Name).Distinct());
            throw new DataException($"{path}: no known data set has a file of this name. Known: {files}.");
        }

        var differences = candidates.Select(pair => (pair.entry, pair.file, difference: FileChecksum.Difference(path, pair.file))).ToList();
        if (differences.FirstOrDefault(candidate => candidate.difference is null) is ({ } entry, { } file, _))
        {
            return new DataVerification { Path = path, Description = $"{file.Name} of {entry.Name}, checksum as published" };
        }

        var expected = string.Join("; ", differences.Select(candidate => $"{candidate.difference} of {candidate.entry.Name}"));
        var kind = FoundContent.OfFile(path) is { } found ? $"{found}; " : "";
        var names = string.Join("' or '", differences.Select(candidate => candidate.entry.Name));
        throw new DataException($"{path}: {kind}{expected}; delete it and run 'graft data get {names}'.");
    }
}
