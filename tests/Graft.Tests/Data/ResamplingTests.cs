using System.Globalization;
using System.Security.Cryptography;
using Graft.Data;
using Graft.Data.Augmentations;
using Graft.Data.Readers;
using Graft.Runtime;
using Graft.Tests.Fixtures;

namespace Graft.Tests.Data;

public sealed class ResamplingTests
{
    /// <summary>Output of torchvision on Pillow's images, made by resize.py beside this file: equal in every bit.</summary>
    [Fact]
    public void Resize_EveryCase_AsTorchvision()
    {
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(SourceTree.PathOf("tests", "Graft.Tests", "Data", "resize.txt")))
        {
            var numbers = line.Split(' ')[1..^1].Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            var output = line.StartsWith("eval", StringComparison.Ordinal) ? Evaluated(numbers) : Cropped(numbers);
            if (!line.EndsWith(Convert.ToHexStringLower(SHA256.HashData(output))[..16], StringComparison.Ordinal))
            {
                wrong.Add(line);
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void RandomResizedCrop_ManyDraws_AreaAndRatioSpreadOverTheirRanges()
    {
        var image = new ImageShape(3, 300, 400);
        var random = new SplitMix(1);
        var parts = new List<PixelWindow>();
        for (var i = 0; i < 2_000; i++)
        {
            parts.Add(RandomResizedCrop.Draw(image, 0.08, ref random));
        }

        Assert.All(parts, part => Assert.True(part.Top >= 0 && part.Left >= 0 && part.Top + part.Height <= 300 && part.Left + part.Width <= 400));
        Assert.All(parts, part => Assert.InRange((double)part.Width / part.Height, 0.73, 1.36));
        var shares = parts.Select(part => part.Width * part.Height / 120_000.0).ToList();
        Assert.InRange(shares.Min(), 0.079, 0.1);
        Assert.InRange(shares.Max(), 0.95, 1);
        Assert.InRange(shares.Average(), 0.435 - 0.02, 0.435 + 0.02); // 0.435 is torchvision's over 20,000 draws, with a deviation of 0.216 of one
    }

    [Theory]
    [InlineData(10, 400, 0, 194, 10, 13)]
    [InlineData(400, 10, 194, 0, 13, 10)]
    public void RandomResizedCrop_NothingFits_TheMiddleWithinTheRatio(int height, int width, int top, int left, int partHeight, int partWidth)
    {
        var random = new SplitMix(1);

        var part = RandomResizedCrop.Draw(new ImageShape(3, height, width), 1, ref random);

        Assert.Equal((partHeight, partWidth), (part.Height, part.Width));
        Assert.InRange(part.Top, top - 1, top);
        Assert.InRange(part.Left, left - 1, left);
    }

    private static byte[] Evaluated(int[] numbers)
    {
        var (shape, size) = (new ImageShape(numbers[0], numbers[1], numbers[2]), numbers[4]);
        return new ScaledImages(new ImagesInMemory(shape, Image(shape)), numbers[3], size).Read(0, new byte[size * size * shape.Channels]).ToArray();
    }

    private static byte[] Cropped(int[] numbers)
    {
        var (shape, size) = (new ImageShape(numbers[0], numbers[1], numbers[2]), numbers[7]);
        var output = new byte[size * size * shape.Channels];
        var part = new PixelWindow(numbers[3], numbers[4], numbers[5], numbers[6]);
        Resampling.Resize(new StoredImage(shape, Image(shape)), part, size, size, new PixelWindow(0, 0, size, size), output);
        return output;
    }

    private static byte[] Image(ImageShape shape) => [..
        from y in Enumerable.Range(0, shape.Height)
        from x in Enumerable.Range(0, shape.Width)
        from c in Enumerable.Range(0, shape.Channels)
        select (byte)((3 * x) + (2 * y) + (11 * c) + (((x * x * 7) + (y * y * 13) + (x * y * 5) + (c * 17)) % 101))];
}
