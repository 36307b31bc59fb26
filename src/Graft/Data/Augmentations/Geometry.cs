namespace Graft.Data.Augmentations;

/// <summary>Moves pixels.</summary>
internal static class Geometry
{
    private const int FractionBits = 16;

    /// <summary>
    /// Fills the target with the nearest source pixels under the map, black where it leads outside. Counts in 16.16 fixed point, as Pillow does.
    /// </summary>
    public static void Transform(ReadOnlySpan<byte> source, Span<byte> target, ImageShape shape, Affine map)
    {
        var (channels, height, width) = shape;
        int a = Fix(map.A), b = Fix(map.B), d = Fix(map.D), e = Fix(map.E);

        // From pixel centre to pixel centre.
        int rowX = Fix(map.C + (0.5 * (map.A + map.B))), rowY = Fix(map.F + (0.5 * (map.D + map.E)));
        target.Clear();
        for (int y = 0, to = 0; y < height; y++, rowX += b, rowY += e)
        {
            int fixedX = rowX, fixedY = rowY;
            for (var x = 0; x < width; x++, fixedX += a, fixedY += d, to += channels)
            {
                int sourceX = fixedX >> FractionBits, sourceY = fixedY >> FractionBits;
                if ((uint)sourceX >= (uint)width || (uint)sourceY >= (uint)height)
                {
                    continue;
                }

                var from = ((sourceY * width) + sourceX) * channels;
                for (var c = 0; c < channels; c++)
                {
                    target[to + c] = source[from + c];
                }
            }
        }
    }

    private static int Fix(double value) => (int)Math.Floor((value * (1 << FractionBits)) + 0.5);
}
