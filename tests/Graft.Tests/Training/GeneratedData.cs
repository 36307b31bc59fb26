using Graft.Data;
using Graft.Runtime;
using Graft.Training;

namespace Graft.Tests.Training;

/// <summary>Generated images of separable classes: those of class k are bright in quarter k, with noise everywhere.</summary>
internal static class GeneratedData
{
    public const string Fingerprint = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static ImageData Create(int train = 40, int test = 24, int classes = 4, int size = 8) => new()
    {
        Name = "generated",
        Train = Set(train, classes, size, seed: 1),
        Test = Set(test, classes, size, seed: 2),
        ClassNames = [.. Enumerable.Range(0, classes).Select(k => $"quarter {k}")],
        Normalization = new([0.4914f, 0.4822f, 0.4465f], [0.247f, 0.2435f, 0.2616f]),
        Fingerprint = Fingerprint,
    };

    /// <summary>With a tenth of each class held out.</summary>
    public static TrainingData ForTraining() => TrainingData.Create(Create(), heldOut: 0.1, seed: 0);

    private static ImageSet Set(int count, int classes, int size, int seed)
    {
        var shape = new ImageShape(3, size, size);
        var labels = Enumerable.Range(0, count).Select(i => i % classes).ToArray();
        var pixels = new byte[count * shape.Size];
        for (int i = 0; i < pixels.Length; i++)
        {
            int image = i / shape.Size, y = i / size % size, x = i % size;
            bool bright = labels[image] == (2 * y / size * 2) + (2 * x / size);
            pixels[i] = (byte)((Seed.Mix(seed, i) % 96) + (bright ? 144ul : 40ul));
        }

        return new(shape, pixels, labels);
    }
}
