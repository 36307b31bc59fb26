using Graft.Data;
using Graft.Runtime;

namespace Graft.Benchmarks;

/// <summary>Images of noise: for a time it does not matter what they show.</summary>
internal static class RandomImages
{
    /// <summary>A training set of 3x32x32 images of ten classes, and a test set of one image.</summary>
    public static ImageData Create(int count) => new()
    {
        Name = "noise",
        Train = Set(count),
        Test = Set(1),
        ClassNames = [.. Enumerable.Range(0, 10).Select(i => Invariant($"{i}"))],
        Normalization = new([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]),
        Fingerprint = "",
    };

    private static ImageSet Set(int count)
    {
        var shape = new ImageShape(3, 32, 32);
        byte[] pixels = new byte[count * shape.Size];
        var random = new SplitMix(1);
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.Next(256);
        }

        return new(shape, pixels, [.. Enumerable.Range(0, count).Select(i => i % 10)]);
    }
}
