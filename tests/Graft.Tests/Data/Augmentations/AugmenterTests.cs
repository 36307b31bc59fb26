using Graft.Data;
using Graft.Data.Augmentations;
using Graft.Runtime;

namespace Graft.Tests.Data.Augmentations;

public sealed class AugmenterTests
{
    private const int Side = 8;

    // Mean 0, std 1/255: the output is the byte itself.
    private static readonly Normalization Bytes = new([0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]);
    private static readonly ImageShape Shape = new(3, Side, Side);

    [Fact]
    public void Write_NoAugmentation_NormalisesEachChannel()
    {
        var image = TestImages.Set(1)[0].ToArray();
        var output = new float[Shape.Size];

        new Augmenter(Shape, TestImages.Rgb, AugmentationOptions.None).Write(image, new SplitMix(0), output);

        Assert.All(Enumerable.Range(0, Shape.Size), i =>
            Assert.Equal(((image[i] / 255f) - TestImages.Rgb.Mean[i % 3]) / TestImages.Rgb.Std[i % 3], output[i], 1e-6f));
    }

    [Fact]
    public void Write_CropAndFlip_EveryShiftAndMirrorOccursAndNothingElse()
    {
        var image = TestImages.Set(1)[0].ToArray();
        var expected = new HashSet<string>();
        foreach (var dy in Enumerable.Range(-2, 5))
        {
            foreach (var dx in Enumerable.Range(-2, 5))
            {
                expected.Add(Moved(image, dx, dy, false));
                expected.Add(Moved(image, dx, dy, true));
            }
        }

        var seen = Enumerable.Range(0, 1_000).Select(seed => Written(image, new AugmentationOptions { CropPadding = 2 }, (ulong)seed)).ToHashSet();

        Assert.Equal(50, expected.Count);
        Assert.Equal(expected.Order(), seen.Order());
    }

    [Fact]
    public void Write_CropPaddingAboveTheImage_MayBeAllBlack()
    {
        var image = TestImages.Set(1)[0].ToArray();

        var seen = Enumerable.Range(0, 200).Select(seed => Written(image, new AugmentationOptions { CropPadding = 40 }, (ulong)seed)).ToHashSet();

        Assert.Contains(string.Join(' ', new float[Shape.Size]), seen);
    }

    [Fact]
    public void Write_Cutout_ZeroesOneClippedSquareAfterNormalisation()
    {
        var white = Enumerable.Repeat((byte)255, Shape.Size).ToArray();
        var areas = new HashSet<int>();
        for (var seed = 0UL; seed < 500; seed++)
        {
            var output = new float[Shape.Size];
            new Augmenter(Shape, TestImages.Rgb, AugmentationOptions.None with { CutoutSize = 4 }).Write(white, new SplitMix(seed), output);
            areas.Add(output.Count(value => value == 0) / 3);
        }

        // From a corner (2 x 2) to the whole square, nothing larger: products of 2, 3, 4 (a centre at 0 leaves 2 of 4 rows).
        Assert.Equal([4, 6, 8, 9, 12, 16], areas.Order());
    }

    [Fact]
    public void Write_GreyImage_IsMirroredByPixel()
    {
        var shape = new ImageShape(1, 1, 4);
        var output = new float[4];
        var seen = new HashSet<string>();
        for (var seed = 0UL; seed < 50; seed++)
        {
            new Augmenter(shape, new Normalization([0], [1 / 255f]), AugmentationOptions.None with { Flip = true }).Write(
                [1, 2, 3, 4],
                new SplitMix(seed),
                output
            );
            seen.Add(string.Join(' ', output.Select(value => MathF.Round(value))));
        }

        Assert.Equal(["1 2 3 4", "4 3 2 1"], seen.Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Write_AnyNumberOfChannels_NormalisesAndMirrorsEachByItself(int channels)
    {
        var shape = new ImageShape(channels, 2, 3);
        byte[] image = [.. Enumerable.Range(1, shape.Size).Select(i => (byte)i)];
        // The output of channel c is the byte less 10 c.
        var normalization = new Normalization([.. Enumerable.Range(0, channels).Select(c => 10 * c / 255f)], [.. Enumerable.Repeat(1 / 255f, channels)]);
        var augmenter = new Augmenter(shape, normalization, AugmentationOptions.None with { Flip = true });
        var seen = new HashSet<string>();
        for (var seed = 0UL; seed < 30; seed++)
        {
            var output = Enumerable.Repeat(float.NaN, shape.Size).ToArray();
            augmenter.Write(image, new SplitMix(seed), output);
            seen.Add(string.Join(' ', output.Select(value => MathF.Round(value) + 0)));
        }

        Assert.Equal(new[] { Expected(x => x), Expected(x => 2 - x) }.Order(), seen.Order());

        string Expected(Func<int, int> column) => string.Join(' ',
            from y in Enumerable.Range(0, 2)
            from x in Enumerable.Range(0, 3)
            from c in Enumerable.Range(0, channels)
            select image[(((y * 3) + column(x)) * channels) + c] - (10 * c));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void New_TrivialAugmentOfOtherImagesThanGreyOrRgb_IsRefused(int channels)
    {
        float[] ones = [.. Enumerable.Repeat(1f, channels)];

        var error = Assert.Throws<ConfigurationException>(
            () => new Augmenter(new(channels, 4, 4), new(ones, ones), AugmentationOptions.None with { TrivialAugment = true }));

        Assert.Equal($"TrivialAugment changes colours, and so takes images of 1 or 3 channels, not of {channels}. Leave it out.", error.Message);
    }

    private static string Written(byte[] image, AugmentationOptions options, ulong seed)
    {
        var output = new float[Shape.Size];
        new Augmenter(Shape, Bytes, options).Write(image, new SplitMix(seed), output);
        return string.Join(' ', output.Select(value => MathF.Round(value)));
    }

    private static string Moved(byte[] image, int dx, int dy, bool flip) => string.Join(' ',
        from y in Enumerable.Range(0, Side)
        from x in Enumerable.Range(0, Side)
        from c in Enumerable.Range(0, 3)
        let fromX = (flip ? Side - 1 - x : x) + dx
        let fromY = y + dy
        select fromX is >= 0 and < Side && fromY is >= 0 and < Side ? image[(((fromY * Side) + fromX) * 3) + c] : 0);
}
