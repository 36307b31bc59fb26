using Graft.Data;
using Graft.Data.Readers;
using SkiaSharp;

namespace Graft.Tests.Data.Readers;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly SKColor Red = new(200, 10, 20);
    private static readonly SKColor Blue = new(1, 2, 250);
    private readonly TemporaryDirectory _directory = new();

    public ImageFolderTests()
    {
        Picture("train/b/1.png", Blue);
        Picture("train/B/1.png", Red);
        Picture("train/B/2.png", new SKColor(7, 7, 7));
        Picture("test/b/x.PNG", Blue);
        Picture("test/B/x.png", Red);
        _directory.Write("train/b/notes.txt", [1]);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_Folder_ClassesInOrdinalOrderPixelsExact()
    {
        var data = Read();

        Assert.Equal(["B", "b"], data.ClassNames);
        Assert.Equal([0, 0, 1], data.Train.Labels);
        Assert.Equal(new ImageShape(3, 2, 3), data.Train.Shape);
        Assert.Equal([200, 10, 20, 200, 10, 20], data.Train[0][..6].ToArray());
        Assert.Equal([1, 2, 250], data.Test[1][15..].ToArray());
    }

    [Fact]
    public void Read_Again_ComesFromTheCache()
    {
        var first = Read();
        var cache = Assert.Single(Directory.GetFiles(_directory["data-directory/decoded"]));
        var written = File.GetLastWriteTimeUtc(cache);
        var progress = new List<DataProgress>();

        var second = Read(new ProgressRecorder(progress));

        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.Empty(progress);
        Assert.Equal(written, File.GetLastWriteTimeUtc(cache));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    [InlineData(-1)]
    public void Read_DamagedCache_IsMadeAgain(int damagedByte)
    {
        var first = Read();
        var cache = Assert.Single(Directory.GetFiles(_directory["data-directory/decoded"]));
        var sound = File.ReadAllBytes(cache);
        var damaged = (byte[])sound.Clone();
        damaged[damagedByte < 0 ? ^1 : damagedByte] ^= 1;
        File.WriteAllBytes(cache, damaged);

        var second = Read();

        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.Equal(sound, File.ReadAllBytes(cache));
    }

    [Fact]
    public void Read_ChangedImage_IsDecodedAgain()
    {
        var first = Read();
        Picture("train/b/1.png", Red);
        File.SetLastWriteTimeUtc(_directory["train/b/1.png"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.NotEqual(first.Fingerprint, Read().Fingerprint);
    }

    [Fact]
    public void Read_ImageOfAnotherSize_TellsBothSizes()
    {
        Picture("train/b/2.png", Blue, width: 5);

        Assert.Equal($"{_directory["train/b/2.png"]}: 5x2 pixels, expected 3x2 as the first image; scale or crop all images to one size.", Fault());
    }

    [Fact]
    public void Read_SeveralDamagedImages_TheFirstIsNamed()
    {
        _directory.Write("train/b/2.png", [1, 2, 3]);
        _directory.Write("test/b/a.png", [1, 2, 3]);

        Assert.Equal($"{_directory["train/b/2.png"]}: not a PNG or JPEG image; replace or remove it.", Fault());
    }

    [Fact]
    public void Read_TruncatedPng_IsNamed()
    {
        var bytes = File.ReadAllBytes(_directory["train/b/1.png"]);
        var path = _directory.Write("train/b/1.png", bytes[..^24]);

        Assert.StartsWith($"{path}: the image is damaged (", Fault());
    }

    [Fact]
    public void Read_ClassOnlyInTrain_IsNamed()
    {
        Picture("train/c/1.png", Blue);

        Assert.Equal($"{_directory.Path}: class 'c' is in train/ but not in test/; both need the same classes.", Fault());
    }

    [Fact]
    public void Read_ClassWithoutImages_IsNamed()
    {
        File.Delete(_directory["test/b/x.PNG"]);

        Assert.Equal($"{_directory["test/b"]}: no images; expected at least one .png, .jpg or .jpeg file.", Fault());
    }

    [Fact]
    public void Read_Decoding_ReportsTheEnd()
    {
        var progress = new List<DataProgress>();

        Read(new ProgressRecorder(progress));

        Assert.Equal([new DataProgress(DataActivity.Decode, "test", 5, 5)], progress);
    }

    private ImageData Read(IProgress<DataProgress>? progress = null) =>
        ImageFolder.Read("test", _directory.Path, _directory.Options with { Progress = progress }, TestContext.Current.CancellationToken);

    private string Fault() => Assert.Throws<DataException>(() => Read()).Message;

    private void Picture(string relative, SKColor colour, int width = 3, int height = 2)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(colour);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        _directory.Write(relative, png.ToArray());
    }
}
