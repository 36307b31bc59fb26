using System.Security.Cryptography;
using Graft.Data;
using Graft.Data.Augmentations;
using Graft.Tests.Fixtures;

namespace Graft.Tests.Data.Augmentations;

public sealed class TrivialAugmentTests
{
    private const int Side = 32;

    /// <summary>Output of Pillow for each operation, magnitude and sign, made by trivial-augment.py beside this file.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public void Apply_EveryOperationAndMagnitude_AsPillow(int channels)
    {
        var shape = new ImageShape(channels, Side, Side);
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Reference()))
        {
            var fields = line.Split(' ');
            if (int.Parse(fields[0]) != channels)
            {
                continue;
            }

            var image = Image(shape);
            var operation = Enum.Parse<AugmentationOperation>(fields[1]);
            new TrivialAugment(shape).Apply(image, operation, TrivialAugment.Magnitude(operation, int.Parse(fields[2]), fields[3] == "-1"));
            if (Convert.ToHexStringLower(SHA256.HashData(image))[..8] != fields[4])
            {
                wrong.Add(line);
            }
        }

        Assert.Empty(wrong);
    }

    private static string Reference() => SourceTree.PathOf("tests", "Graft.Tests", "Data", "Augmentations", "trivial-augment.txt");

    private static byte[] Image(ImageShape shape) => [..
        from y in Enumerable.Range(0, Side)
        from x in Enumerable.Range(0, Side)
        from c in Enumerable.Range(0, shape.Channels)
        select (byte)(40 + (3 * x) + (2 * y) + (11 * c) + (((x * x * 7) + (y * y * 13) + (x * y * 5) + (c * 17)) % 41))];
}
