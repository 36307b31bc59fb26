namespace Graft.Data.Augmentations;

/// <summary>Changes each channel by the histogram of its values.</summary>
internal static class Histograms
{
    /// <summary>Stretches each channel to 0–255.</summary>
    public static void AutoContrast(Span<byte> image, int channels) => Each(image, channels, StretchMap);

    /// <summary>Makes the histogram of each channel as flat as a map of its values can.</summary>
    public static void Equalize(Span<byte> image, int channels) => Each(image, channels, EqualizeMap);

    private static void Each(Span<byte> image, int channels, Action<ReadOnlySpan<int>, Span<byte>> makeMap)
    {
        Span<int> histogram = stackalloc int[256];
        Span<byte> map = stackalloc byte[256];
        for (var c = 0; c < channels; c++)
        {
            histogram.Clear();
            for (var i = c; i < image.Length; i += channels)
            {
                histogram[image[i]]++;
            }

            makeMap(histogram, map);
            for (var i = c; i < image.Length; i += channels)
            {
                image[i] = map[image[i]];
            }
        }
    }

    private static void StretchMap(ReadOnlySpan<int> histogram, Span<byte> map)
    {
        int low = histogram.IndexOfAnyExcept(0), high = histogram.LastIndexOfAnyExcept(0);
        var scale = 255.0 / Math.Max(1, high - low);
        for (var value = 0; value < map.Length; value++)
        {
            map[value] = high > low ? (byte)Math.Clamp((value * scale) - (low * scale), 0, 255) : (byte)value;
        }
    }

    private static void EqualizeMap(ReadOnlySpan<int> histogram, Span<byte> map)
    {
        var total = 0;
        foreach (var count in histogram)
        {
            total += count;
        }

        // A single value, or too few pixels to spread, gives step 0: the channel stays as it is.
        var step = (total - histogram[histogram.LastIndexOfAnyExcept(0)]) / 255;
        var sum = step / 2;
        for (var value = 0; value < map.Length; value++)
        {
            map[value] = step == 0 ? (byte)value : (byte)Math.Min(255, sum / step);
            sum += histogram[value];
        }
    }
}
