using System.Collections.Concurrent;

namespace Graft.Data.Readers;

/// <summary>Reads <c>train/&lt;class&gt;/*.{png,jpg,jpeg}</c> and <c>test/&lt;class&gt;/…</c>; all images become RGB and have one size.</summary>
internal static class ImageFolder
{
    private const int ReportEvery = 500;

    /// <summary>Whether the directory looks like an image folder.</summary>
    public static bool IsPresent(string directory) =>
        Directory.Exists(Path.Combine(directory, "train")) && Directory.Exists(Path.Combine(directory, "test"));

    /// <summary>Reads all images, from the cache of decoded images where it has them.</summary>
    /// <exception cref="DataException">A class or an image is not as it should be; names the file.</exception>
    public static ImageData Read(string name, string directory, DataOptions options, CancellationToken cancellation)
    {
        var listing = ImageListing.Create(directory);
        var cache = Path.Combine(options.DataDirectory, "decoded", $"{listing.Key}.bin");
        var (shape, pixels) = DecodedCache.TryRead(cache, listing.Files.Count) ?? DecodeAndStore(cache, name, listing, options, cancellation);
        ImageSet Part(Range range) =>
            new(shape, pixels[(range.Start.Value * shape.Size)..(range.End.Value * shape.Size)], listing.Labels[range]);
        return ImageDataFactory.Create(name, Part(..listing.TrainCount), Part(listing.TrainCount..listing.Files.Count), listing.ClassNames, null);
    }

    private static (ImageShape Shape, byte[] Pixels) DecodeAndStore(
        string cache, string name, ImageListing listing, DataOptions options, CancellationToken cancellation)
    {
        var decoded = Decode(name, listing.Files, options.Progress, cancellation);
        try
        {
            DecodedCache.Write(cache, listing.Files.Count, decoded.Shape, decoded.Pixels);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{cache}: the decoded images cannot be stored ({exception.Message}); choose another data directory.", exception);
        }

        return decoded;
    }

    private static (ImageShape Shape, byte[] Pixels) Decode(
        string name, IReadOnlyList<FileInfo> files, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        var shape = ImageDecoder.ReadShape(files[0].FullName);
        if ((long)files.Count * shape.Size > Array.MaxLength)
        {
            throw new DataException(Invariant($"{name}: {files.Count:N0} images of {shape} take {(long)files.Count * shape.Size:N0} bytes, at most {Array.MaxLength:N0} fit; scale them down."));
        }

        var pixels = new byte[files.Count * shape.Size];
        var failures = new ConcurrentDictionary<long, DataException>();
        var done = 0L;
        var reporting = new Lock();
        var result = Parallel.For(0, files.Count, new ParallelOptions { CancellationToken = cancellation }, (i, state) =>
        {
            try
            {
                ImageDecoder.Decode(files[i].FullName, shape, pixels.AsSpan(i * shape.Size, shape.Size));
            }
            catch (DataException exception)
            {
                // Break lets the files before this one finish, so that the error named is always that of the first damaged file.
                failures[i] = exception;
                state.Break();
                return;
            }

            lock (reporting)
            {
                if (++done % ReportEvery == 0 || done == files.Count)
                {
                    progress?.Report(new DataProgress(DataActivity.Decode, name, done, files.Count));
                }
            }
        });
        return result.LowestBreakIteration is { } first ? throw failures[first] : (shape, pixels);
    }
}
