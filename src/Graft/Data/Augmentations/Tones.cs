namespace Graft.Data.Augmentations;

/// <summary>Changes the value of each pixel by itself.</summary>
internal static class Tones
{
    /// <summary>Blends with black: 0 is black, 1 the image, above 1 brighter.</summary>
    public static void Brightness(Span<byte> image, float factor)
    {
        Span<byte> map = stackalloc byte[256];
        for (var value = 0; value < map.Length; value++)
        {
            map[value] = Blend(0, value, factor);
        }

        Map(image, map);
    }

    /// <summary>Blends with the grey image: 0 is grey, 1 the image, above 1 more colourful. A grey image stays as it is.</summary>
    public static void Saturation(Span<byte> image, ImageShape shape, float factor)
    {
        if (shape.Channels == 1)
        {
            return;
        }

        for (var i = 0; i < image.Length; i += 3)
        {
            var grey = Luma(image[i], image[i + 1], image[i + 2]);
            image[i] = Blend(grey, image[i], factor);
            image[i + 1] = Blend(grey, image[i + 1], factor);
            image[i + 2] = Blend(grey, image[i + 2], factor);
        }
    }

    /// <summary>Blends with the mean grey: 0 is one grey, 1 the image, above 1 more contrast.</summary>
    public static void Contrast(Span<byte> image, ImageShape shape, float factor)
    {
        long sum = 0;
        for (var i = 0; i < image.Length; i += shape.Channels)
        {
            sum += shape.Channels == 1 ? image[i] : Luma(image[i], image[i + 1], image[i + 2]);
        }

        var mean = (int)(((double)sum / (shape.Width * shape.Height)) + 0.5);
        Span<byte> map = stackalloc byte[256];
        for (var value = 0; value < map.Length; value++)
        {
            map[value] = Blend(mean, value, factor);
        }

        Map(image, map);
    }

    /// <summary>Keeps the upper bits of each value.</summary>
    public static void Posterize(Span<byte> image, int bits)
    {
        var mask = (byte)~((1 << (8 - bits)) - 1);
        for (var i = 0; i < image.Length; i++)
        {
            image[i] &= mask;
        }
    }

    /// <summary>Inverts the values from the threshold on.</summary>
    public static void Solarize(Span<byte> image, float threshold)
    {
        for (var i = 0; i < image.Length; i++)
        {
            image[i] = image[i] < threshold ? image[i] : (byte)(255 - image[i]);
        }
    }

    /// <summary>Replaces each value by its entry in the map.</summary>
    public static void Map(Span<byte> image, ReadOnlySpan<byte> map)
    {
        for (var i = 0; i < image.Length; i++)
        {
            image[i] = map[image[i]];
        }
    }

    /// <summary>from + factor (to − from), clipped to a byte and truncated as Pillow does.</summary>
    public static byte Blend(int from, int to, float factor) => (byte)Math.Clamp(from + (factor * (to - from)), 0, 255);

    /// <summary>ITU-R 601 luma in Pillow's fixed-point form.</summary>
    public static int Luma(int red, int green, int blue) => ((red * 19595) + (green * 38470) + (blue * 7471) + 0x8000) >> 16;
}
