using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Graft.Data;

/// <summary>The one place that checks data from any source and computes the fingerprint.</summary>
internal static class ImageDataFactory
{
    /// <summary>Puts a data set together.</summary>
    /// <param name="name">The name of a known data set, or the path.</param>
    /// <param name="train">The training images.</param>
    /// <param name="test">The test images.</param>
    /// <param name="classNames">The name of each class.</param>
    /// <param name="normalization">The constants to use; null to compute them from the training images.</param>
    /// <exception cref="DataException">A set is empty, the shapes differ, there are fewer than 2 classes, or a label is none of them.</exception>
    public static ImageData Create(string name, ImageSet train, ImageSet test, IReadOnlyList<string> classNames, Normalization? normalization)
    {
        if (classNames.Count < 2)
        {
            throw new DataException($"{name}: {classNames.Count} class, expected at least 2.");
        }

        if (train.Shape != test.Shape)
        {
            throw new DataException($"{name}: the training images are {train.Shape}, the test images {test.Shape}; expected one shape.");
        }

        CheckLabels(name, "training", train, classNames.Count);
        CheckLabels(name, "test", test, classNames.Count);
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

    /// <summary>Mean and standard deviation of each channel over all pixels. A channel of one value gets deviation 1, since it cannot be scaled.</summary>
    public static Normalization Measure(ImageSet set)
    {
        var mean = new float[set.Shape.Channels];
        var std = new float[set.Shape.Channels];
        for (var c = 0; c < mean.Length; c++)
        {
            var counts = Histogram(set.Pixels, c, set.Shape.Channels);
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
    private static long[] Histogram(byte[] pixels, int channel, int channels)
    {
        var counts = new long[256];
        for (var i = channel; i < pixels.Length; i += channels)
        {
            counts[pixels[i]]++;
        }

        return counts;
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

    private static string Fingerprint(ImageSet train, ImageSet test, IReadOnlyList<string> classNames)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
        void Append(int value, Span<byte> buffer)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer, value);
            hash.AppendData(buffer);
        }

        foreach (var set in new[] { train, test })
        {
            foreach (var value in new[] { set.Shape.Channels, set.Shape.Height, set.Shape.Width, set.Count })
            {
                Append(value, number);
            }

            hash.AppendData(set.Pixels);
            foreach (var label in set.Labels)
            {
                Append(label, number);
            }
        }

        foreach (var bytes in classNames.Select(Encoding.UTF8.GetBytes))
        {
            Append(bytes.Length, number);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
