using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Graft.Data.Readers;

namespace Graft.Data;

/// <summary>The one place that checks data from any source, applies <see cref="ImageOptions"/> and computes the fingerprint.</summary>
internal static class ImageDataFactory
{
    /// <summary>Puts a data set together whose images have one shape.</summary>
    /// <param name="name">The name of a known data set, or the path.</param>
    /// <param name="train">The training images.</param>
    /// <param name="test">The test images.</param>
    /// <param name="classNames">The name of each class.</param>
    /// <param name="normalization">The constants to use; null to compute them from the training images.</param>
    /// <exception cref="DataException">A set is empty, the shapes differ, there are fewer than 2 classes, or a label is none of them.</exception>
    public static ImageData Create(string name, ImageSet train, ImageSet test, IReadOnlyList<string> classNames, Normalization? normalization)
    {
        Check(name, train, test, classNames);
        return new ImageData
        {
            Name = name,
            Train = train,
            Test = test,
            ClassNames = classNames,
            Normalization = normalization ?? Measure(train),
            Fingerprint = Fingerprint(train, test, classNames),
        };
    }

    /// <summary>Makes sure that sets and classes belong together.</summary>
    /// <exception cref="DataException">A set is empty, the shapes differ, there are fewer than 2 classes, or a label is none of them.</exception>
    public static void Check(string name, ImageSet train, ImageSet test, IReadOnlyList<string> classNames)
    {
        if (classNames.Count < 2)
        {
            throw new DataException(Invariant($"{name}: {classNames.Count} class, expected at least 2."));
        }

        if (train.Shape != test.Shape)
        {
            throw new DataException($"{name}: the training images are {train.Shape}, the test images {test.Shape}; expected one shape.");
        }

        CheckLabels(name, "training", train, classNames.Count);
        CheckLabels(name, "test", test, classNames.Count);
    }

    /// <summary>
    /// The data as the options want them: scaled, and normalised by other constants. Data on which the options change nothing come back as they are.
    /// </summary>
    /// <param name="data">Data as they are stored, of one shape.</param>
    /// <param name="options">Says what is wanted, and how much memory may be used.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ConfigurationException">
    /// The normalisation is of another number of channels, or <see cref="ImageOptions.Channels"/> are others than such data have.
    /// </exception>
    public static ImageData Apply(ImageData data, DataOptions options, CancellationToken cancellation)
    {
        options.Images.RequireChannels(data.Name, data.Train.Shape);
        if (options.Images.Describe(data.Normalization, data.Train.Shape.Channels) is not { } description)
        {
            return data;
        }

        var result = data with { Fingerprint = FingerprintOf(data.Fingerprint, description) };
        if (options.Images.Size is not null)
        {
            var total = data.Train.Count + data.Test.Count;
            var progress = new DecodeProgress(data.Name, total, options.Progress);
            var scaledBytes = (long)total * data.Train.Shape.Channels * options.Images.Size.Value * options.Images.Size.Value;
            var inMemory = options.FitsInMemory(scaledBytes);
            result = result with
            {
                Train = Scale(data.Train, options.Images, inMemory, progress, cancellation),
                Test = Scale(data.Test, options.Images, inMemory, progress, cancellation),
                Scaling = options.Images.Scaling,
                Stored = data.Train.Shape,
                Notes = [.. data.Notes, .. options.Images.Remark(data.Name, data.Train.Shape) is { } remark ? [remark] : Array.Empty<string>()],
            };
        }

        return Normalise(result, options.Images);
    }

    /// <summary>A fingerprint of data that were made from others by options.</summary>
    public static string FingerprintOf(string original, string description) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{original}\n{description}")));

    /// <summary>The data with the normalisation that the options name, if they name one.</summary>
    /// <exception cref="ConfigurationException">It is of another number of channels.</exception>
    private static ImageData Normalise(ImageData data, ImageOptions options)
    {
        if (options.Normalization is null)
        {
            return data;
        }

        var normalization = Normalization.Parse(options.Normalization);
        normalization.RequireChannels(data.Train.Shape, data.ArePhotographs);
        return data with { Normalization = normalization };
    }

    /// <summary>Mean and standard deviation of each channel over all pixels. A channel of one value gets deviation 1, since it cannot be scaled.</summary>
    public static Normalization Measure(ImageSet set, Action<int>? done = null, CancellationToken cancellation = default)
    {
        var counts = Enumerable.Range(0, set.Shape.Channels).Select(_ => new long[256]).ToArray();
        set.ReadAll(pixels => Count(pixels.Span, counts), done, cancellation);
        return FromCounts(counts);
    }

    private static Normalization FromCounts(long[][] channels)
    {
        var mean = new float[channels.Length];
        var std = new float[channels.Length];
        foreach (var (c, counts) in channels.Index())
        {
            double n = 0, sum = 0, squares = 0;
            for (var value = 0; value < 256; value++)
            {
                n += counts[value];
                sum += counts[value] * (value / 255.0);
                squares += counts[value] * (value / 255.0) * (value / 255.0);
            }

            var deviation = Math.Sqrt(Math.Max(0, (squares / n) - (sum / n * (sum / n))));
            mean[c] = (float)(sum / n);
            std[c] = deviation < 1e-6 ? 1 : (float)deviation;
        }

        return new Normalization(mean, std);
    }

    /// <summary>Optimised at once: it is called a few times, for long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Count(ReadOnlySpan<byte> pixels, long[][] channels)
    {
        for (var channel = 0; channel < channels.Length; channel++)
        {
            var counts = channels[channel];
            for (var i = channel; i < pixels.Length; i += channels.Length)
            {
                counts[pixels[i]]++;
            }
        }
    }

    private static ImageSet Scale(ImageSet set, ImageOptions options, bool inMemory, DecodeProgress progress, CancellationToken cancellation)
    {
        var size = options.Size!.Value;
        var shape = set.Shape with { Height = size, Width = size };
        var scaled = new ImageSet(shape, new ScaledImages(set.Images, options.ShorterSide, size), set.Labels);
        return inMemory ? new ImageSet(shape, ReadPixels(scaled, progress, cancellation), set.Labels, scaled.Images) : scaled;
    }

    /// <summary>All pixels of a set, one image after another.</summary>
    public static byte[] ReadPixels(ImageSet set, DecodeProgress progress, CancellationToken cancellation)
    {
        var pixels = new byte[set.Count * set.Shape.Size];
        var length = 0;
        set.ReadAll(
            block =>
            {
                block.CopyTo(pixels.AsMemory(length));
                length += block.Length;
            },
            progress.Of(set.Count),
            cancellation);
        return pixels;
    }

    private static void CheckLabels(string name, string part, ImageSet set, int classes)
    {
        if (set.Count == 0)
        {
            throw new DataException($"{name}: there are no {part} images.");
        }

        var wrong = Array.FindIndex(set.Labels, label => label < 0 || label >= classes);
        if (wrong >= 0)
        {
            throw new DataException(Invariant($"{name}: {part} image {wrong:N0} has label {set.Labels[wrong]}, expected 0-{classes - 1}."));
        }
    }

    /// <summary>The fingerprint of images of one shape; pixels that do not lie in memory are decoded once for it.</summary>
    public static string Fingerprint(
        ImageSet train, ImageSet test, IReadOnlyList<string> classNames, DecodeProgress? progress = null, CancellationToken cancellation = default)
    {
        using var hash = new DataHash();
        foreach (var set in new[] { train, test })
        {
            hash.Append(set.Shape.Channels, set.Shape.Height, set.Shape.Width, set.Count);
            set.ReadAll(pixels => hash.Append(pixels.Span), progress?.Of(set.Count), cancellation);
            hash.Append(set.Labels);
        }

        hash.Append(classNames);
        return hash.ToString();
    }
}
