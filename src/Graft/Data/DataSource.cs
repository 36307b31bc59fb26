using Graft.Data.Readers;

namespace Graft.Data;

/// <summary>Loads data sets by name or path.</summary>
public static class DataSource
{
    /// <summary>Loads a data set into memory.</summary>
    /// <param name="source">
    /// A name of <see cref="DataCatalog"/>, downloaded first if the data directory lacks it; or the path of a directory that holds CIFAR-10 or CIFAR-100 in
    /// binary form, IDX files of the MNIST names, or an image folder <c>train/&lt;class&gt;/*.{png,jpg,jpeg}</c>, <c>test/&lt;class&gt;/…</c>.
    /// </param>
    /// <param name="options">Where data are kept and how missing ones are fetched.</param>
    /// <param name="cancellation">Ends a download or decoding early.</param>
    /// <exception cref="ConfigurationException">The source is neither a known name nor a directory.</exception>
    /// <exception cref="DataException">The data are missing, damaged or of another form, or cannot be downloaded.</exception>
    public static ImageData Load(string source, DataOptions options, CancellationToken cancellation = default)
    {
        if (source == EmbeddedSlice.Name)
        {
            return EmbeddedSlice.Load();
        }

        if (DataCatalog.Find(source) is { } entry)
        {
            // Loading is synchronous for everybody else; no synchronisation context can be waiting here.
            var directory = new DatasetDownloader(options).GetAsync(entry.Name, cancellation).GetAwaiter().GetResult();
            return Guard(directory, () => Read(entry.Name, directory, entry.Name, options, cancellation));
        }

        if (Directory.Exists(source))
        {
            return Guard(source, () => Read(source, source, null, options, cancellation));
        }

        if (File.Exists(source))
        {
            throw new ConfigurationException($"data '{source}' is a file, expected a directory or a name; unpack an archive first.");
        }

        throw new ConfigurationException(
            $"data '{source}' is neither a known data set nor an existing directory.{NearestName.Hint(source, DataCatalog.All.Select(known => known.Name))}");
    }

    private static ImageData Read(string name, string directory, string? known, DataOptions options, CancellationToken cancellation)
    {
        foreach (var layout in CifarLayout.All)
        {
            if (CifarBinary.Find(directory, layout) is { } found)
            {
                return CifarBinary.Read(name, found, layout);
            }
        }

        if (IdxFiles.IsPresent(directory))
        {
            return known is null ? IdxFiles.Read(name, directory, IdxFiles.Digits, null)
                : IdxFiles.Read(name, directory, EmbeddedSlice.ClassNames, EmbeddedSlice.Normalization);
        }

        return ImageFolder.IsPresent(directory)
            ? ImageFolder.Read(name, directory, options, cancellation)
            : throw new DataException(
                $"{directory}: no data found; expected data_batch_1.bin … test_batch.bin (CIFAR-10), train.bin and test.bin (CIFAR-100), "
                + "train-images-idx3-ubyte[.gz] … (IDX), or directories train/<class> and test/<class> with images.");
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
