using Graft.Data;

namespace Graft.Tests.Data;

public sealed class DataSourceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Load_EmbeddedSlice_SixHundredAndTwoHundredOfEachClass()
    {
        var data = Load("fashion-mnist-mini");

        Assert.Equal(new ImageShape(1, 32, 32), data.Train.Shape);
        Assert.Equal(Enumerable.Repeat(600, 10), data.Train.Labels.CountBy(label => label).Select(pair => pair.Value));
        Assert.Equal(Enumerable.Repeat(200, 10), data.Test.Labels.CountBy(label => label).Select(pair => pair.Value));
        Assert.Equal("Ankle boot", data.ClassNames[9]);

        // Steps are keyed by it: a change means that every result on this data set is computed anew.
        Assert.Equal("39ad30bb011f526a5b9f16a3de9386dfc5ccb413fa210cc26cbd83c9de0b3359", data.Fingerprint);
    }

    [Fact]
    public void Load_UnknownName_SuggestsTheNearest()
    {
        var exception = Assert.Throws<ConfigurationException>(() => Load("cifar-10"));

        Assert.Equal("data 'cifar-10' is neither a known data set nor an existing directory. Did you mean 'cifar10'?", exception.Message);
    }

    [Fact]
    public void Load_MisspeltDirectory_SuggestsTheOneBeside()
    {
        Directory.CreateDirectory(_directory["My Pictures"]);

        var exception = Assert.Throws<ConfigurationException>(() => Load(_directory["My Picture/"]));

        Assert.EndsWith($"is neither a known data set nor an existing directory. Did you mean '{_directory["My Pictures"]}'?", exception.Message);
    }

    [Fact]
    public void Load_File_SaysWhatIsExpected()
    {
        var path = _directory.Write("archive.tar", [1]);

        Assert.Equal(
            $"data '{path}' is a file, expected a directory or a name; unpack an archive first.",
            Assert.Throws<ConfigurationException>(() => Load(path)).Message
        );
    }

    [Fact]
    public void Load_WebPageInThePlaceOfAnArchive_SaysSo()
    {
        var path = _directory.Write("cifar.tar.gz", "<!DOCTYPE html>\n<html>"u8.ToArray());

        Assert.Equal(
            $"data '{path}' is a file (a web page; what was downloaded is not the file but a page about it, get the file itself), "
            + "expected a directory or a name; unpack an archive first.",
            Assert.Throws<ConfigurationException>(() => Load(path)).Message);
    }

    [Fact]
    public void Load_EmptyDirectory_SaysSo() => Assert.Equal($"{_directory.Path}: the directory is empty.", Fault());

    [Fact]
    public void Load_DirectoryWithoutData_SaysWhatIsExpected()
    {
        _directory.Write("notes.txt", [1]);

        Assert.StartsWith($"{_directory.Path}: no data found; expected data_batch_1.bin", Fault());
    }

    [Fact]
    public void Load_PythonVersionOfCifar_SaysWhatToDo()
    {
        _directory.Write("cifar-10-batches-py/data_batch_1", [0x80, 2, (byte)'}']);

        Assert.Equal(
            $"{_directory.Path}: cifar-10-batches-py/data_batch_1 is a Python pickle: this is the Python version of CIFAR-10. Graft reads the binary version "
            + "(cifar-10-binary.tar.gz); the name cifar10 fetches it.",
            Fault());
    }

    [Fact]
    public void Load_LfsPointerInThePlaceOfABatch_SaysWhatToDo()
    {
        var path = _directory.Write("data_batch_1.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"u8.ToArray());

        Assert.Equal($"{path}: not 10,000 records of CIFAR-10 but a Git LFS pointer, not the file itself; run 'git lfs pull' where it was cloned.", Fault());
    }

    [Fact]
    public void Load_LfsPointerInThePlaceOfAnImage_SaysWhatToDo()
    {
        foreach (var part in new[] { "train/a", "train/b", "test/a", "test/b" })
        {
            _directory.Write($"{part}/1.png", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"u8.ToArray());
        }

        Assert.Equal(
            $"{_directory["train/a/1.png"]}: not an image that can be read but a Git LFS pointer, not the file itself; run 'git lfs pull' where it was cloned.",
            Fault());
    }

    [Fact]
    public void Load_WebPageInThePlaceOfIdx_SaysWhatToDo()
    {
        var path = _directory.Write("train-images-idx3-ubyte.gz", "<html>not found"u8.ToArray());

        Assert.StartsWith($"{path}: not a gzip file but a web page;", Fault());
    }

    [Theory]
    [InlineData("test/cat/1.png", "there is test/ but no train/; put the images for training into train/<class>.")]
    [InlineData("train/cat/1.png", "there is train/ but no test/; put images for testing into test/<class> (val/<class> is taken too); found: dog, train.")]
    [InlineData("Train/cat/1.png", "there is Train/, expected train/ and test/ in lower case; rename the folders.")]
    public void Load_FoldersOfAnotherForm_SaysWhatToDo(string image, string message)
    {
        _directory.Write(image, [1]);
        _directory.Write("dog/1.png", [1]);

        Assert.Equal($"{_directory.Path}: {message}", Fault());
    }

    [Fact]
    public void Load_FolderOfOneClass_SaysWhatToDo()
    {
        _directory.Write("cat/1.png", [1]);

        Assert.Equal($"{_directory.Path}: images of one class alone (cat); expected a folder for each class, or train/<class> and test/<class>.", Fault());
    }

    [Fact]
    public void Load_ImagesWithoutFolders_SaysWhatToDo()
    {
        _directory.Write("1.jpg", [1]);

        Assert.Equal($"{_directory.Path}: images without folders; expected train/<class>/*.png and test/<class>/*.png, a folder for each class.", Fault());
    }

    [Fact]
    public void Load_CataloguedMnist_HasDigitsAndNotClothes()
    {
        foreach (var prefix in new[] { "train", "t10k" })
        {
            _directory.Write($"data-directory/mnist/{prefix}-images-idx3-ubyte", TemporaryDirectory.Idx([2, 28, 28], new byte[2 * 784]));
            _directory.Write($"data-directory/mnist/{prefix}-labels-idx1-ubyte", TemporaryDirectory.Idx([2], [1, 2]));
        }

        var data = Load("mnist");

        Assert.Equal("9", data.ClassNames[9]);
        Assert.Equal(0.1000f, data.Normalization.Mean[0]);
    }

    [Fact]
    public void Load_WrongOptions_NothingIsDownloaded()
    {
        var options = _directory.Options with { Mirror = new Uri("http://127.0.0.1:1/"), Images = new() { Normalization = "imagenet" } };

        var message = Assert.Throws<ConfigurationException>(() => DataSource.Load("mnist", options, TestContext.Current.CancellationToken)).Message;

        Assert.Equal("the normalisation has 3 means and 3 deviations; images of 1x32x32 need 1 each, like 0.5/0.25.", message);
        Assert.False(Directory.Exists(_directory["data-directory"]));
    }


    [Fact]
    public void Load_DirectoryOfIdxFiles_IsRecognised()
    {
        foreach (var prefix in new[] { "train", "t10k" })
        {
            _directory.Write($"{prefix}-images-idx3-ubyte", TemporaryDirectory.Idx([2, 3, 4], new byte[24]));
            _directory.Write($"{prefix}-labels-idx1-ubyte", TemporaryDirectory.Idx([2], [1, 2]));
        }

        var data = Load(_directory.Path);

        Assert.Equal(new ImageShape(1, 3, 4), data.Train.Shape);
        Assert.Equal(1, data.Normalization.Std[0]); // all pixels equal: nothing to scale by
    }

    [Fact]
    public void Verify_Directory_CountsEachClass()
    {
        var result = DataVerification.Verify("fashion-mnist-mini", _directory.Options, TestContext.Current.CancellationToken);

        Assert.Equal("6,000 training and 2,000 test images of 1x32x32, 10 classes", result.Description);
        Assert.Equal(new ClassCount("Bag", 600, 200), result.Classes[8]);
    }

    [Fact]
    public void Verify_DamagedKnownFile_TellsBothChecksums()
    {
        var path = _directory.Write("cifar-10-binary.tar.gz", "not it"u8.ToArray());

        var message = Assert.Throws<DataException>(() => DataVerification.Verify(path, _directory.Options, TestContext.Current.CancellationToken)).Message;

        Assert.Matches("SHA-256 [0-9a-f]{64}, expected c4a38c50.* of cifar10; delete it and run 'graft data get cifar10'", message);
    }

    /// <summary>CIFAR-10, as binary files or as an image folder, in the directory that GRAFT_TEST_CIFAR10 names.</summary>
    [Fact]
    [Trait("Category", "RealData")]
    public void Load_RealCifar10_FiveThousandAndOneThousandOfEachClass()
    {
        var directory = Environment.GetEnvironmentVariable("GRAFT_TEST_CIFAR10");
        Assert.SkipWhen(directory is null, "GRAFT_TEST_CIFAR10 does not name a directory of CIFAR-10.");

        var data = Load(directory);

        Assert.Equal(new ImageShape(3, 32, 32), data.Train.Shape);
        Assert.Equal(Enumerable.Repeat(5_000, 10), data.Train.Labels.CountBy(label => label).Select(pair => pair.Value));
        Assert.Equal(Enumerable.Repeat(1_000, 10), data.Test.Labels.CountBy(label => label).Select(pair => pair.Value));
        Assert.Equal(0.4914f, data.Normalization.Mean[0], 1e-3f);
        Assert.Equal(0.2616f, data.Normalization.Std[2], 1e-2f);
    }

    private string Fault() => Assert.Throws<DataException>(() => Load(_directory.Path)).Message;

    private ImageData Load(string source) => DataSource.Load(source, _directory.Options, TestContext.Current.CancellationToken);
}
