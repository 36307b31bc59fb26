using Graft.Data;

namespace Graft.Tests.Data;

public sealed class ImageDataFactoryTests
{
    private static readonly string[] Names = ["a", "b"];

    [Fact]
    public void Create_AnyChange_ChangesTheFingerprint()
    {
        var set = TestImages.Set(4);
        var pixel = TestImages.Pixels(set);
        pixel[^1] ^= 1;

        string[] fingerprints =
        [
            Fingerprint(set, set, Names),
            Fingerprint(set, set, ["a", "c"]),
            Fingerprint(set, set, ["ab", ""]),
            Fingerprint(set, new ImageSet(set.Shape, pixel, set.Labels), Names),
            Fingerprint(new ImageSet(set.Shape, TestImages.Pixels(set), [0, 1, 1, 1]), set, Names),
            Fingerprint(Reshaped(set), Reshaped(set), Names),
        ];

        Assert.Equal(fingerprints.Length, fingerprints.Distinct().Count());
        Assert.Equal(fingerprints[0], Fingerprint(TestImages.Set(4), TestImages.Set(4), Names));
    }

    [Fact]
    public void Create_OneClass_IsRefused() =>
        Assert.Equal("x: 1 class, expected at least 2.", Fault(TestImages.Set(2), TestImages.Set(2), ["a"]));

    [Fact]
    public void Create_EmptyTestSet_IsRefused() =>
        Assert.Equal("x: there are no test images.", Fault(TestImages.Set(2), TestImages.Set(0), Names));

    [Fact]
    public void Create_DifferentShapes_AreRefused() => Assert.Equal(
        "x: the training images are 3x8x8, the test images 3x4x16; expected one shape.", Fault(TestImages.Set(2), Reshaped(TestImages.Set(2)), Names));

    [Fact]
    public void Create_LabelWithoutClass_IsRefused() =>
        Assert.Equal("x: training image 2 has label 2, expected 0-1.", Fault(TestImages.Set(4, classes: 3), TestImages.Set(2), Names));

    private static ImageSet Reshaped(ImageSet set) => new(new ImageShape(3, 4, 16), TestImages.Pixels(set), set.Labels);

    private static string Fingerprint(ImageSet train, ImageSet test, IReadOnlyList<string> names) =>
        ImageDataFactory.Create("x", train, test, names, null).Fingerprint;

    private static string Fault(ImageSet train, ImageSet test, IReadOnlyList<string> names) =>
        Assert.Throws<DataException>(() => ImageDataFactory.Create("x", train, test, names, null)).Message;
}
