using Graft.Data;
using Graft.Runtime;

namespace Graft.Tests.Data;

/// <summary>Generated images: byte i of image n is a hash of both, so that no two images and no two pixels are alike by construction.</summary>
internal static class TestImages
{
    public static readonly Normalization Rgb = new([0.5f, 0.4f, 0.3f], [0.2f, 0.25f, 0.3f]);

    public static ImageSet Set(int count, ImageShape? shape = null, int classes = 2)
    {
        shape ??= new ImageShape(3, 8, 8);
        var pixels = new byte[count * shape.Size];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Seed.Mix(i);
        }

        return new ImageSet(shape, pixels, [.. Enumerable.Range(0, count).Select(i => i % classes)]);
    }

    /// <summary>All pixels of a set, one image after another.</summary>
    public static byte[] Pixels(ImageSet set) => [.. Enumerable.Range(0, set.Count).SelectMany(i => set[i].ToArray())];
}
