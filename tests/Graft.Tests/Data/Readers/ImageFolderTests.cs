using System.Security.Cryptography;
using Graft.Data;
using Graft.Data.Readers;
using SkiaSharp;

namespace Graft.Tests.Data.Readers;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly SKColor Red = new(200, 10, 20);
    private static readonly SKColor Blue = new(1, 2, 250);
    private const string Formats = ".png, .jpg, .jpeg, .jpe, .jfif, .webp, .bmp or .gif";
    private readonly TemporaryDirectory _directory = new();

    public ImageFolderTests()
    {
        Picture("train/a/1.png", Blue);
        Picture("train/B/1.png", Red);
        Picture("train/B/2.png", new SKColor(7, 7, 7));
        Picture("test/a/x.PNG", new SKColor(1, 2, 251));
        Picture("test/B/x.png", new SKColor(201, 10, 20));
        _directory.Write("train/a/notes.txt", [1]);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_Folder_ClassesInOrdinalOrderPixelsExact()
    {
        var data = Read();

        Assert.Equal(["B", "a"], data.ClassNames);
        Assert.Equal([0, 0, 1], data.Train.Labels);
        Assert.Equal(new ImageShape(3, 2, 3), data.Train.Shape);
        Assert.Equal([200, 10, 20, 200, 10, 20], data.Train[0][..6].ToArray());
        Assert.Equal([1, 2, 251], data.Test[1][15..].ToArray());
    }

    [Fact]
    public void Read_FirstImageOfAnotherSize_IsTheOneThatIsNamed()
    {
        Picture("train/B/0.png", Red, width: 5);

        Assert.Equal($"{_directory["train/B/0.png"]}: 5x2 pixels, expected 3x2, the most frequent size; scale and crop all images to one size.", Fault());
    }

    [Fact]
    public void Read_WhereNothingCanBeKept_ReadsAndSaysSo()
    {
        var expected = Read();
        _directory.Write("no-directory", [1]); // a file where the data directory would be

        var data = new ImageFolder().Read(
            "test", _directory.Path, null, _directory.Options with { DataDirectory = _directory["no-directory"], TimeProvider = new Ahead() },
            TestContext.Current.CancellationToken);

        Assert.Equal(expected.Fingerprint, data.Fingerprint);
        string note = data.Notes[^1];
        Assert.StartsWith($"{_directory.Path}: what was read cannot be kept, and is read again the next time (", note, StringComparison.Ordinal);
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
        Picture("train/a/1.png", Red);
        File.SetLastWriteTimeUtc(_directory["train/a/1.png"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.NotEqual(first.Fingerprint, Read().Fingerprint);
    }

    [Fact]
    public void Read_ImageOfAnotherSize_TellsBothSizes()
    {
        Picture("train/a/2.png", Blue, width: 5);

        Assert.Equal(
            $"{_directory["train/a/2.png"]}: 5x2 pixels, expected 3x2, the most frequent size; scale and crop all images to one size.",
            Fault());
    }

    [Fact]
    public void Read_SeveralImagesOfOtherSizes_OneIsNamedAndTheOthersAreCounted()
    {
        Picture("train/a/2.png", Blue, width: 5);
        Picture("train/a/3.png", Blue, width: 6);

        Assert.EndsWith("scale and crop all images to one size. 1 other image has another size, too.", Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralDamagedImages_AllAreNamed()
    {
        _directory.Write("train/a/2.png", [1, 2, 3]);
        _directory.Write("test/a/a.png", [1, 2, 3]);

        Assert.Equal(
            $"{_directory["train/a/2.png"]}: not an image of a known format ({Formats}); replace or remove it. "
                + $"{_directory["test/a/a.png"]}: not an image of a known format ({Formats}); replace or remove it.",
            Fault());
    }

    [Fact]
    public void Read_ManyDamagedImages_TheFirstAreNamedTheOthersCounted()
    {
        for (var i = 10; i < 23; i++)
        {
            _directory.Write(Invariant($"train/a/{i}.png"), [1, 2, 3]);
        }

        var fault = Fault();

        Assert.Contains(_directory["train/a/14.png"], fault);
        Assert.DoesNotContain(_directory["train/a/15.png"], fault);
        Assert.EndsWith(" 8 more cannot be read.", fault);
    }

    [Fact]
    public void Read_CutShortBeforeThePicture_SaysSo()
    {
        var bytes = File.ReadAllBytes(_directory["train/a/1.png"]);
        var path = _directory.Write("train/a/1.png", bytes[..20]);

        Assert.Equal($"{path}: a PNG image that is damaged or cut short; replace or remove it.", Fault());
    }

    [Fact]
    public async Task Read_PipeInThePlaceOfAnImage_IsNamedNotWaitedFor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs mkfifo.");
        await System.Diagnostics.Process.Start("mkfifo", _directory["train/a/2.png"]).WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal($"{_directory["train/a/2.png"]}: cannot be read (it is a pipe, socket or device, not a file.).", Fault());
    }

    [Fact]
    public void Read_TestImageAmongTrainingImages_ClassesOfOneNameButForCase_AreSaid()
    {
        Picture("train/b/1.png", Blue);
        Picture("test/b/1.png", Blue);
        Picture("test/a/2.png", Red);

        var notes = Read().Notes;

        Assert.Contains($"{_directory.Path}: 'B' and 'b' differ in case alone and count as several classes.", notes);
        Assert.Contains(
            $"{_directory.Path}: 2 test images are training images, too (e.g. test/a/2.png); what a network gets right of them says nothing about new images.",
            notes);
    }

    [Fact]
    public void Read_TruncatedPng_IsNamed()
    {
        var bytes = File.ReadAllBytes(_directory["train/a/1.png"]);
        var path = _directory.Write("train/a/1.png", bytes[..^24]);

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
        File.Delete(_directory["test/a/x.PNG"]);

        Assert.Equal($"{_directory["test/a"]}: no images; expected at least one {Formats} file; it is empty.", Fault());
    }

    [Fact]
    public void Read_ClassOfOtherFiles_IsNamedWithWhatWasFound()
    {
        File.Delete(_directory["test/a/x.PNG"]);
        _directory.Write("test/a/1.tif", [1]);
        _directory.Write("test/a/2.tif", [1]);

        Assert.EndsWith("file; found: 2 .tif.", Fault());
    }

    [Fact]
    public void Read_FoldersBelowAClass_CountByFolderAndName()
    {
        Picture("train/a/part2/0.png", Red);
        Picture("train/a/part10/z.png", new SKColor(9, 9, 9));

        var data = Read();

        // As torchvision: the folder's own files first, then those of each folder, in ordinal order.
        Assert.Equal([1, 9, 200], Enumerable.Range(2, 3).Select(i => (int)data.Train[i][0]));
        Assert.Equal([0, 0, 1, 1, 1], data.Train.Labels);
    }

    [Fact]
    public void Read_HiddenFilesAndFolders_AreNoData()
    {
        var before = Read();
        Picture("train/.ipynb_checkpoints/1.png", Red);
        Picture("train/a/.ipynb_checkpoints/1.png", Red);
        Picture("train/a/__MACOSX/1.png", Red);
        _directory.Write("train/a/._1.png", "\0\u0005\u0016\u0007"u8.ToArray());

        var after = Read();

        Assert.Equal(before.Fingerprint, after.Fingerprint);
        Assert.Equal(
            [
                $"{_directory.Path}: 5 files and folders are passed over (4 hidden, 1 .txt, e.g. train/a/notes.txt); "
                + $"images are {Formats} files that are not hidden.",
            ],
            after.Notes);
    }

    [Fact]
    public void Read_NothingButHiddenPassedOver_IsSaidWithoutAnExample()
    {
        File.Delete(_directory["train/a/notes.txt"]);
        Directory.CreateDirectory(_directory["train/.ipynb_checkpoints"]);

        Assert.Equal(
            [$"{_directory.Path}: 1 file or folder is passed over (1 hidden); images are {Formats} files that are not hidden."], Read().Notes);
    }

    [Theory]
    [InlineData("webp", SKEncodedImageFormat.Webp)]
    [InlineData("WEBP", SKEncodedImageFormat.Webp)]
    [InlineData("jfif", SKEncodedImageFormat.Jpeg)]
    public void Read_OtherFormats_AreTaken(string extension, SKEncodedImageFormat format)
    {
        Picture($"train/a/2.{extension}", Red, format: format);

        var image = Read().Train[3];

        Assert.InRange(image[0], 197, 203); // these formats do not keep every bit
        Assert.InRange(image[1], 7, 13);
    }

    /// <summary>Files that Pillow wrote; a GIF of two frames gives the first.</summary>
    [Theory]
    [InlineData("bmp", "Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAADEDgAAxA4AAAAAAAAAAAAAHhQKAA==")]
    [InlineData("gif", "R0lGODdhAQABAIEAAAoUHgAAAAAAAAAAACwAAAAAAQABAAAIBAABBAQALAAAAAABAAEAgSgyPAAAAAAAAAAAAAgEAAEEBAA7")]
    public void Read_FileOfPillow_GivesItsPixels(string extension, string base64)
    {
        Replace(extension, base64);

        Assert.Equal([10, 20, 30], Read().Train[0].ToArray());
    }

    /// <summary>
    /// The pixels are those of Pillow's <c>convert("RGB")</c> and <c>convert("L")</c> (9.4.0). In order: the second is transparent; the frame has a palette of
    /// its own; it has no other; the second lies outside of the frame; likewise, and nothing is transparent; all is opaque.
    /// </summary>
    [Theory]
    [InlineData("R0lGODlhAgABAIEAAAoUHigyPEZQWshkMiH5BAEAAAMAIf4DYWJjACwAAAAAAgABAAACAgxXADs=", 40, 50, 60, 200, 100, 50, 48, 124)]
    [InlineData("R0lGODlhAgABAIEAAAoUHigyPEZQWshkMiH5BAEAAAMAIf4DYWJjACwAAAAAAgABAIEBAgMEBQYHCAkLDA0CAgxXADs=", 4, 5, 6, 11, 12, 13, 5, 12)]
    [InlineData("R0lGODlhAgABAAAAACH5BAEAAAIAIf4DYWJjACwAAAAAAgABAIEBAgMEBQYHCAkLDA0CAgxVADs=", 4, 5, 6, 7, 8, 9, 5, 8)]
    [InlineData("R0lGODlhAgABAIEAAAoUHigyPEZQWshkMiH5BAEAAAMAIf4DYWJjACwAAAAAAQABAAACAkwBADs=", 40, 50, 60, 200, 100, 50, 48, 124)]
    [InlineData("R0lGODlhAgABAIEAAAoUHigyPEZQWshkMiH+A2FiYwAsAAAAAAEAAQAAAgJMAQA7", 40, 50, 60, 10, 20, 30, 48, 18)]
    [InlineData("R0lGODlhAgABAIEAAAoUHigyPEZQWshkMiH+A2FiYwAsAAAAAAIAAQAAAgIMVwA7", 40, 50, 60, 200, 100, 50, 48, 124)]
    public void Read_TransparentPixelsOfAGif_HaveThePalettesColour(string base64, params int[] pixels)
    {
        Replace("gif", base64);

        Assert.Equal(pixels[..6], Read().Train[0].ToArray().Select(b => (int)b));
        Assert.Equal(pixels[6..], Read(images: new() { Channels = 1 }).Train[0].ToArray().Select(b => (int)b));
    }

    // Earlier builds kept black pixels of GIFs under the hash of the files.
    [Theory]
    [InlineData("bmp", "Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAADEDgAAxA4AAAAAAAAAAAAAHhQKAA==", true)]
    [InlineData("gif", "R0lGODdhAQABAIEAAAoUHgAAAAAAAAAAACwAAAAAAQABAAAIBAABBAQALAAAAAABAAEAgSgyPAAAAAAAAAAAAAgEAAEEBAA7", false)]
    public void Read_KeptPixels_AreFoundByTheFilesButThoseOfGifs(string extension, string base64, bool byFiles)
    {
        Replace(extension, base64);

        Read();

        string key = ContentIndex.KeyOf(Enumerable.Repeat(SHA256.HashData(Convert.FromBase64String(base64)), 4));
        Assert.Equal(byFiles, File.Exists(_directory[$"data-directory/decoded/{key}.bin"]));
    }

    [Fact]
    public void Read_ValInThePlaceOfTest_IsTakenAndSaid()
    {
        var before = Read();
        Directory.Move(_directory["test"], _directory["val"]);

        var data = Read();

        Assert.Equal(before.Fingerprint, data.Fingerprint);
        Assert.Contains($"{_directory.Path}: there is no test/; val/ is taken for the test images.", data.Notes);
    }

    [Fact]
    public void Read_ValBesideTest_IsSaidNotToBeUsed()
    {
        Picture("val/a/1.png", Blue);

        Assert.Contains($"{_directory.Path}: val/ is not used: test/ has the test images.", Read().Notes);
    }

    [Fact]
    public void Read_ImagesDirectlyInTrain_AreNamed()
    {
        Directory.Delete(_directory["train"], recursive: true);
        Picture("train/1.png", Blue);

        Assert.Equal($"{_directory["train"]}: images lie directly in it (1); expected a folder for each class, train/<class>/*.png.", Fault());
    }

    [Fact]
    public void Read_LinkToAFolderAbove_IsNotFollowed()
    {
        Directory.CreateSymbolicLink(_directory["train/a/loop"], _directory["train"]);

        var data = Read();

        Assert.Equal(3, data.Train.Count);
        Assert.Contains("1 a link to a folder above it", Assert.Single(data.Notes));
    }

    [Fact]
    public void Read_LinkToAFolderElsewhere_IsFollowed()
    {
        Picture("elsewhere/1.png", Red);
        Directory.CreateSymbolicLink(_directory["train/a/more"], _directory["elsewhere"]);

        Assert.Equal(4, Read().Train.Count);
    }

    [Fact]
    public void Read_OtherContentWithTheSameNameLengthAndTime_IsDecodedAgain()
    {
        // Long ago, so that the first reading is trusted; the clock of the test stands an hour ahead of the files.
        var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_directory["train/a/1.png"], time);
        var first = Read(clock: new Ahead());
        var bytes = File.ReadAllBytes(_directory["train/a/1.png"]);
        Picture("train/a/1.png", new SKColor(2, 1, 250));
        Assert.Equal(bytes.Length, File.ReadAllBytes(_directory["train/a/1.png"]).Length);
        File.SetLastWriteTimeUtc(_directory["train/a/1.png"], time);

        var second = Read(clock: new Ahead());

        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
        Assert.Equal([2, 1, 250], second.Train[2][..3].ToArray());
    }

    [Fact]
    public void Read_CopyOfTheFolder_UsesTheSameDecodedImages()
    {
        Read();
        foreach (var path in Directory.EnumerateFiles(_directory.Path, "*.png", SearchOption.AllDirectories).ToList())
        {
            _directory.Write($"copy/{Path.GetRelativePath(_directory.Path, path)}", File.ReadAllBytes(path));
        }

        _directory.Write($"copy/test/a/x.PNG", File.ReadAllBytes(_directory["test/a/x.PNG"]));
        var progress = new List<DataProgress>();

        DataSource.Load(_directory["copy"], _directory.Options with { Progress = new ProgressRecorder(progress) }, TestContext.Current.CancellationToken);

        Assert.Empty(progress);
    }

    [Fact]
    public void Read_TooLargeForMemory_TheSameDataFromTheFiles()
    {
        var inMemory = Read();

        var onDisk = Read(memoryLimit: 10);

        Assert.False(onDisk.Train.IsInMemory);
        Assert.Equal(inMemory.Fingerprint, onDisk.Fingerprint);
        Assert.Equal(inMemory.Normalization, onDisk.Normalization);
        Assert.Equal(TestImages.Pixels(inMemory.Train), TestImages.Pixels(onDisk.Train));
        Assert.Equal(inMemory.Fingerprint, Read(memoryLimit: 10).Fingerprint); // what was measured is kept
    }

    [Fact]
    public void Read_FileGoneWhileReadFromDisk_IsNamed()
    {
        var data = Read(memoryLimit: 10);
        File.Delete(_directory["train/a/1.png"]);

        var message = Assert.Throws<DataException>(() => BatchLoader.InOrder(data.Train, TestImages.Rgb, null, 3).ToList()).Message;

        Assert.StartsWith($"{_directory["train/a/1.png"]}: cannot be read (", message);
    }

    // Loading scaled images measures the training part alone, and once.
    [Fact]
    public void Verify_TooLargeForMemory_NamesDamagedTestImages()
    {
        var options = _directory.Options with { MemoryLimit = 10, Images = new() { Size = 16 } };
        var sound = DataVerification.Verify(_directory.Path, options, TestContext.Current.CancellationToken);
        foreach (string file in new[] { "test/a/x.PNG", "test/B/x.png" })
        {
            _directory.Write(file, File.ReadAllBytes(_directory[file])[..40]);
        }

        var message = Assert.Throws<DataException>(() => DataVerification.Verify(_directory.Path, options, TestContext.Current.CancellationToken)).Message;

        Assert.Equal("3 training and 2 test images of 3x16x16, 2 classes", sound.Description);
        Assert.Contains(_directory["test/a/x.PNG"], message, StringComparison.Ordinal);
        Assert.Contains(_directory["test/B/x.png"], message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(100L)]
    public void Read_ScaledImagesOfManySizes_AreScaledAndCropped(long? memoryLimit)
    {
        var before = Read();
        Picture("train/a/2.png", Red, width: 40, height: 30);
        Picture("train/a/3.png", Blue, width: 16, height: 90);

        var data = Read(memoryLimit: memoryLimit, images: new() { Size = 16 });

        Assert.Equal(memoryLimit is null, data.Train.IsInMemory);
        Assert.Equal(new ImageShape(3, 16, 16), data.Test.Shape);
        Assert.Equal([200, 10, 20], data.Train[3][..3].ToArray());
        Assert.Equal([1, 2, 250], data.Train[4][^3..].ToArray());
        Assert.NotEqual(before.Fingerprint, data.Fingerprint);
    }

    [Fact]
    public void Read_ImagesThatHaveTheSizeAlready_SaysThatTheyAreEnlargedAndCropped()
    {
        const string Remark = "test: the images are of 32x32 pixels already; they are enlarged to 37x37 and the middle is taken. "
            + "Leave the size out, or scale to 32 before, to take them whole.";
        string[] files = ["train/a/1.png", "train/B/1.png", "train/B/2.png", "test/a/x.PNG", "test/B/x.png"];
        foreach (var (i, file) in files.Index())
        {
            Picture(file, new SKColor((byte)i, 1, 2), width: 32, height: 32);
        }

        Assert.Contains(Remark, Read(images: new() { Size = 32 }).Notes);
        foreach (var images in (ImageOptions?[])[new() { Size = 32, Resize = 32 }, new() { Size = 32, Resize = 36 }, new() { Size = 24 }, null])
        {
            Assert.DoesNotContain(Read(images: images).Notes, note => note.Contains("already", StringComparison.Ordinal));
        }

        Picture("test/a/y.png", Red, width: 40, height: 30);
        Assert.DoesNotContain(Remark, Read(images: new() { Size = 32 }).Notes);
    }

    /// <summary>The values are those of Pillow's <c>convert("L")</c>.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(16)]
    public void Read_OneChannel_IsGrayscaleAsPillowConvertsIt(int? size)
    {
        Picture("train/a/2.png", Red, width: size ?? 3, height: size ?? 2);
        Picture("train/a/3.png", Blue, width: size ?? 3, height: size ?? 2);

        var data = Read(images: new() { Size = size, Channels = 1 });

        Assert.Equal(1, data.Train.Shape.Channels);
        Assert.Single(data.Normalization.Mean);
        Assert.Equal([68, 68], data.Train[3][..2].ToArray());
        Assert.Equal([30, 30], data.Train[4][^2..].ToArray());
        Assert.NotEqual(Read(images: new() { Size = size }).Fingerprint, data.Fingerprint);
        Assert.Equal(Read(images: new() { Size = size }).Fingerprint, Read(images: new() { Size = size, Channels = 3 }).Fingerprint);
        Assert.Equal(data.Train[3].ToArray(), Read(images: new() { Size = size, Channels = 1 }, memoryLimit: 1).Train[3].ToArray());
    }

    [Theory]
    [InlineData(null, "images of 3x2x3 need 3 each")]
    [InlineData(16, "images of 3x16x16 need 3 each")]
    public void Read_NormalizationOfOneChannelForPhotographs_OffersGrayscale(int? size, string fault)
    {
        var error = Assert.Throws<ConfigurationException>(() => Read(images: new() { Size = size, Normalization = "0.5/0.25" }));

        Assert.Equal($"the normalisation has 1 mean and 1 deviation; {fault}. Give these, or convert the images to grayscale.", error.Message);
        Assert.Equal(Setting.ImageChannels, Assert.Single(error.Remedies).Setting);
        Assert.Equal([0.5f], Read(images: new() { Size = size, Normalization = "0.5/0.25", Channels = 1 }).Normalization.Mean);
    }

    [Fact]
    public void Read_ScaledImages_FingerprintDependsOnContentAndOptionsNotOnMemory()
    {
        string Fingerprint(ImageOptions images, long? limit = null) => Read(memoryLimit: limit, images: images).Fingerprint;
        var plain = Fingerprint(new() { Size = 16 });

        Assert.Equal(plain, Fingerprint(new() { Size = 16 }, limit: 1));
        Assert.Equal(plain, Fingerprint(new() { Size = 16, Resize = 18 }));
        string[] others =
        [
            Fingerprint(new()), Fingerprint(new() { Size = 16, Resize = 16 }), Fingerprint(new() { Size = 8 }),
            Fingerprint(new() { Size = 16, Normalization = "imagenet" }), Fingerprint(new() { Normalization = "imagenet" }),
        ];
        Assert.Distinct(others.Append(plain));
        Picture("test/a/x.PNG", Red);
        Assert.NotEqual(plain, Fingerprint(new() { Size = 16 }));
    }

    [Fact]
    public void Read_Decoding_ReportsTheEnd()
    {
        var progress = new List<DataProgress>();

        Read(new ProgressRecorder(progress));

        Assert.Equal([new DataProgress(DataActivity.Decode, "test", 5, 5)], progress);
    }

    [Fact]
    public void Read_ClassesAlone_AFifthOfEachIsForTesting_TheSameEverywhere()
    {
        foreach (string root in new[] { "flat", "copied" })
        {
            for (int i = 0; i < 13; i++)
            {
                Picture($"{root}/cat/{i:D2}.png", new SKColor(0, (byte)i, 0));
                Picture($"{root}/dog/more/{i:D2}.png", new SKColor(10, (byte)i, 0));
                Picture($"{root}/dog/{i:D2}.png", new SKColor(10, (byte)(100 + i), 0));
            }
        }

        var (data, copy) = (Load("flat"), Load("copied"));

        Assert.Equal(["cat", "dog"], data.ClassNames);
        Assert.Equal((11 + 21, 2 + 5), (data.Train.Count, data.Test.Count));
        Assert.Equal([2, 5], data.Test.Labels.CountBy(label => label).Select(pair => pair.Value));
        var all = Pixels(data.Train).Concat(Pixels(data.Test)).ToList();
        Assert.Equal(39, all.Distinct().Count());
        Assert.Equal(data.Fingerprint, copy.Fingerprint);
        Assert.Equal(Pixels(data.Test), Pixels(copy.Test));
        Assert.Equal(
            $"{_directory["flat"]}: there are no train/ and test/; a fifth of each class, 7 images chosen by their names, is taken for the test images.",
            Assert.Single(data.Notes));

        static IEnumerable<(byte, byte)> Pixels(ImageSet set) => Enumerable.Range(0, set.Count).Select(i => (set[i][0], set[i][1]));
    }

    [Fact]
    public void Read_ClassesAlone_PartOfAFolderWithBoth_SaysSo()
    {
        foreach (string part in (string[])["photos/train", "photos/val"])
        {
            for (byte i = 1; i <= 5; i++)
            {
                Picture($"{part}/cat/{i}.png", new SKColor(i, 0, 0));
                Picture($"{part}/dog/{i}.png", new SKColor(0, i, 0));
            }
        }

        string expected = $"{_directory["photos/train"]} is a part of {_directory["photos"]}, which has val/, too: give that folder to use both.";
        Assert.Contains(expected, Load("photos/train").Notes);
        Assert.Contains(Load("photos/val").Notes, note => note.Contains("is a part of", StringComparison.Ordinal));
        Assert.DoesNotContain(Load("photos").Notes, note => note.Contains("is a part of", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_ClassesAlone_ClassOfOneImage_IsNamed()
    {
        Picture("flat/cat/1.png", Red);
        Picture("flat/dog/1.png", Red);
        Picture("flat/dog/2.png", Red);

        var e = Assert.Throws<DataException>(() => Load("flat"));

        Assert.Equal($"{_directory["flat/cat"]}: one image cannot be divided into training and test images.", e.Message);
    }

    private ImageData Load(string folder) => DataSource.Load(_directory[folder], _directory.Options, TestContext.Current.CancellationToken);

    private ImageData Read(IProgress<DataProgress>? progress = null, long? memoryLimit = null, ImageOptions? images = null, TimeProvider? clock = null) =>
        new ImageFolder().Read(
            "test", _directory.Path, null,
            _directory.Options with { Progress = progress, MemoryLimit = memoryLimit, Images = images ?? new(), TimeProvider = clock ?? TimeProvider.System },
            TestContext.Current.CancellationToken);

    private void Replace(string extension, string base64)
    {
        foreach (var path in Directory.EnumerateFiles(_directory.Path, "*.*", SearchOption.AllDirectories))
        {
            File.Delete(path);
        }

        foreach (var part in new[] { "train/a/1", "train/B/1", "test/a/1", "test/B/1" })
        {
            _directory.Write($"{part}.{extension}", Convert.FromBase64String(base64));
        }
    }

    private string Fault() => Assert.Throws<DataException>(() => Read()).Message;

    private void Picture(string relative, SKColor colour, int width = 3, int height = 2, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(colour);
        using var png = bitmap.Encode(format, 100);
        _directory.Write(relative, png.ToArray());
    }

    /// <summary>A clock an hour ahead: what is on the disk has not changed for long.</summary>
    private sealed class Ahead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
    }
}
