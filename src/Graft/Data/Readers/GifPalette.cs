namespace Graft.Data.Readers;

/// <summary>The palette of a GIF's first frame (https://www.w3.org/Graphics/GIF/spec-gif89a.txt).</summary>
internal static class GifPalette
{
    private const int HeaderLength = 13, DescriptorLength = 10;

    /// <summary>
    /// The colour that transparent pixels of the first frame have in the palette; where no colour of it is transparent, they lie outside of the frame and have
    /// the palette's first. As Pillow has them. Black where there is no palette.
    /// </summary>
    /// <param name="gif">The file.</param>
    public static (byte Red, byte Green, byte Blue) TransparentColour(ReadOnlySpan<byte> gif)
    {
        var palette = HasPalette(At(gif, 10)) ? HeaderLength : gif.Length;
        var at = HeaderLength + PaletteLength(At(gif, 10));
        var index = 0;
        while (At(gif, at) == 0x21) // an extension: a label, and blocks that begin with their length, up to one of length 0
        {
            index = At(gif, at + 1) == 0xF9 && (At(gif, at + 3) & 1) == 1 ? At(gif, at + 6) : index;
            at += 2;
            while (At(gif, at) is not 0 and var length)
            {
                at += length + 1;
            }

            at++;
        }

        palette = HasPalette(At(gif, at + DescriptorLength - 1)) ? at + DescriptorLength : palette;
        var colour = palette + (3 * index);
        return (At(gif, colour), At(gif, colour + 1), At(gif, colour + 2));
    }

    private static bool HasPalette(byte flags) => (flags & 0x80) != 0;

    private static int PaletteLength(byte flags) => HasPalette(flags) ? 3 << ((flags & 7) + 1) : 0;

    private static byte At(ReadOnlySpan<byte> gif, int index) => index < gif.Length ? gif[index] : (byte)0;
}
