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
    public void Load_File_SaysWhatIsExpected()
    {
        var path = _directory.Write("archive.tar", [1]);

        Assert.Equal($"data '{path}' is a file, expected a directory or a name; unpack an archive first.", Assert.Throws<ConfigurationException>(() => Load(path)).Message);
    }

    [Fact]
    public void Load_DirectoryWithoutData_SaysWhatIsExpected() =>
        Assert.StartsWith($"{_directory.Path}: no data found; expected data_batch_1.bin", Assert.Throws<DataException>(() => Load(_directory.Path)).Message);

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

    private ImageData Load(string source) => DataSource.Load(source, _directory.Options, TestContext.Current.CancellationToken);
}
