using Graft.Data.Readers;
using Graft.Formats;

namespace Graft.Data;

/// <summary>Loads data sets by name or path.</summary>
internal static class DataSource
{
    /// <summary>Loads a data set: into memory, or with its images left in their files where they are too large for it.</summary>
    /// <param name="source">
    /// A name of <see cref="DataCatalog"/>, downloaded first if the data directory lacks it; or the path of a directory that holds CIFAR-10 or CIFAR-100 in
    /// binary form, IDX files of the MNIST names, or an image folder <c>train/&lt;class&gt;/*.{png,jpg,webp,bmp,gif}</c>, <c>test/&lt;class&gt;/…</c>. Where
    /// a directory of the
    /// name of a known data set holds data, the directory is taken, and <see cref="ImageData.Notes"/> says so.
    /// </param>
    /// <param name="options">Where data are kept, how missing ones are fetched, and how images become the network's input.</param>
    /// <param name="cancellation">Ends a download or decoding early.</param>
    /// <exception cref="ConfigurationException">The source is neither a known name nor a directory, or an option is wrong.</exception>
    /// <exception cref="DataException">The data are missing, damaged or of another form, or cannot be downloaded.</exception>
    public static ImageData Load(string source, DataOptions options, CancellationToken cancellation = default)
    {
        if (options.Images.Faults("images").ToList() is { Count: > 0 } faults)
        {
            throw new ConfigurationException(string.Join("\n", faults));
        }

        var known = DataCatalog.Find(source);
        if (Directory.Exists(source) && KnownOf(source) is null)
        {
            var data = Guard(source, () => ReadDirectory(source, options, cancellation));
            return known is null ? data : data with
            {
                Notes = [.. data.Notes, $"'{source}' is the name of a known data set, but there is a directory of that name here, which is taken."],
            };
        }

        return known is not null ? ReadKnown(known, options, cancellation) : throw NotFound(source);
    }

    /// <summary>The known data set that a source names; null for others, and where a directory of that name holds data, which is taken.</summary>
    public static CatalogEntry? KnownOf(string source) =>
        DataCatalog.Find(source) is { } known && !(Directory.Exists(source) && DataFormats.Find(source) is not null) ? known : null;

    /// <summary>What is known of a data set before it is downloaded; null for one that is not known.</summary>
    /// <param name="source">As in <see cref="Load"/>.</param>
    /// <param name="images">How images become the network's input; null for as they are stored.</param>
    /// <exception cref="ConfigurationException">The options do not fit.</exception>
    public static DataOutline? OutlineOf(string source, ImageOptions? images)
    {
        if (KnownOf(source) is not { } known)
        {
            return null;
        }

        var shape = images?.Size is { } size ? new ImageShape(known.Shape.Channels, size, size) : known.Shape;
        var normalization = images?.Normalization is { } text ? Normalization.Parse(text) : known.Normalization;
        return new(known.Name, shape, known.ClassNames, normalization, Stored: images?.Size is null ? null : known.Shape);
    }

    private static ImageData ReadKnown(CatalogEntry entry, DataOptions options, CancellationToken cancellation)
    {
        // Before anything is downloaded.
        options.Images.RequireChannels(entry.Name, entry.Shape);
        if (options.Images.Normalization is { } normalization)
        {
            Normalization.Parse(normalization).RequireChannels(entry.Shape);
        }

        // Loading is synchronous for everybody else; no synchronisation context can be waiting here.
        var directory = new DataSetDownloader(options).GetAsync(entry.Name, cancellation).GetAwaiter().GetResult();
        return Guard(directory, () => entry.Format.Read(entry.Name, directory, new(entry.ClassNames, entry.Normalization), options, cancellation));
    }

    private static ImageData ReadDirectory(string source, DataOptions options, CancellationToken cancellation) =>
        DataFormats.Find(source) is var (format, directory) ? format.Read(source, directory, null, options, cancellation)
        : throw new DataException($"{source}: {DataFormats.WhyNot(source)}");

    private static ConfigurationException NotFound(string source)
    {
        if (File.Exists(source))
        {
            var found = FoundContent.OfFile(source) is { } kind ? $" ({kind})" : "";
            return new($"data '{source}' is a file{found}, expected a directory or a name; unpack an archive first.");
        }

        var hint = NearestName.Hint(source, DataCatalog.All.Select(known => known.Name), unlisted: DirectoriesBeside(source));
        return new($"data '{source}' is neither a known data set nor an existing directory.{hint}");
    }

    private static IEnumerable<string> DirectoriesBeside(string path)
    {
        string? above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path));
        string place = string.IsNullOrEmpty(above) ? "." : above;
        return Directory.Exists(place)
            ? Directory.EnumerateDirectories(place, "*", new EnumerationOptions()).Select(name => Path.Combine(above ?? "", Path.GetFileName(name)))
            : [];
    }

    private static ImageData Guard(string directory, Func<ImageData> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{directory}: {exception.Message}", exception);
        }
    }
}
