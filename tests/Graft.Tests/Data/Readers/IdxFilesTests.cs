using System.Globalization;
using Graft.Data;
using Graft.Data.Readers;
using Graft.Runtime;

namespace Graft.Tests.Data.Readers;

public sealed class IdxFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public IdxFilesTests()
    {
        _directory.Write("train-images-idx3-ubyte", TemporaryDirectory.Idx([3, 28, 28], [.. Enumerable.Range(0, 3 * 784).Select(i => (byte)(1 + (i % 255)))]));
        _directory.Write("train-labels.idx1-ubyte", TemporaryDirectory.Idx([3], [0, 9, 4]));
        _directory.Write("t10k-images-idx3-ubyte.gz", TemporaryDirectory.Gzip(TemporaryDirectory.Idx([1, 28, 28], new byte[784])));
        _directory.Write("t10k-labels-idx1-ubyte.gz", TemporaryDirectory.Gzip(TemporaryDirectory.Idx([1], [7])));
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_PlainAndGzip_AllNameForms()
    {
        var data = Read();

        Assert.Equal([0, 9, 4], data.Train.Labels);
        Assert.Equal([7], data.Test.Labels);
        Assert.Equal(10, data.ClassNames.Count);
    }

    [Fact]
    public void Read_28By28_PaddedByTwoBlackPixelsToThe32By32()
    {
        var image = Read().Train[1];

        Assert.Equal(new ImageShape(1, 32, 32), Read().Train.Shape);
        Assert.Equal((byte)(1 + (784 % 255)), image[(2 * 32) + 2]);
        Assert.Equal((byte)(1 + (1567 % 255)), image[(29 * 32) + 29]);
        Assert.Equal(1024 - 784, image.ToArray().Count(value => value == 0));
    }

    [Fact]
    public void Read_UnknownData_NormalisationIsThatOfThePaddedTrainingImages()
    {
        var data = Read();
        var values = TestImages.Pixels(data.Train).Select(value => value / 255.0).ToList();
        var mean = values.Average();

        Assert.Equal(mean, data.Normalization.Mean[0], 1e-6);
        Assert.Equal(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), data.Normalization.Std[0], 1e-6);
    }

    [Fact]
    public void Read_LabelOutOfRange_NamesTheByte()
    {
        var path = _directory.Write("train-labels.idx1-ubyte", TemporaryDirectory.Idx([3], [0, 11, 4]));

        Assert.Equal($"{path}: label 11 at byte 9, expected 0-9.", Fault());
    }

    [Fact]
    public void Read_FileMissing_IsNamed()
    {
        File.Delete(_directory["t10k-labels-idx1-ubyte.gz"]);

        Assert.Equal($"{_directory.Path}: t10k-labels-idx1-ubyte (or .gz) is missing; add it beside the others.", Fault());
    }

    [Fact]
    public void Read_TruncatedFile_TellsBothLengths()
    {
        var path = _directory.Write("train-images-idx3-ubyte", TemporaryDirectory.Idx([3, 28, 28], new byte[100]));

        Assert.Equal($"{path}: 116 bytes, expected 2,368 (3 x 28 x 28 values after 16 bytes of header); the file is truncated.", Fault());
    }

    [Fact]
    public void Read_BadMagic_ShowsIt()
    {
        var path = _directory.Write("train-images-idx3-ubyte", [0x89, 0x50, 0x4E, 0x47, 1, 2]);

        Assert.Equal($"{path}: starts with 89504e47 (a PNG image), expected 00000801 (labels) or 00000803 (images); not an IDX file of bytes.", Fault());
    }

    [Fact]
    public void Read_LabelsInPlaceOfImages_IsSeen()
    {
        var path = _directory.Write("train-images-idx3-ubyte", TemporaryDirectory.Idx([3], [1, 2, 3]));

        Assert.Equal($"{path}: starts with 00000801, expected 00000803; these are not images.", Fault());
    }

    [Fact]
    public void Read_DamagedGzip_IsSeen()
    {
        var gzip = TemporaryDirectory.Gzip(TemporaryDirectory.Idx([1, 28, 28], [.. Enumerable.Range(0, 784).Select(i => (byte)Seed.Mix(i))]));
        gzip[0] = 0;
        var path = _directory.Write("t10k-images-idx3-ubyte.gz", gzip);

        Assert.Equal($"{path}: not a sound gzip file after 0 bytes of content; get the file again.", Fault());
    }

    [Fact]
    public void Read_FewerLabelsThanImages_IsSeen()
    {
        var path = _directory.Write("train-labels.idx1-ubyte", TemporaryDirectory.Idx([2], [0, 1]));

        Assert.Equal($"{path}: 2 labels, expected 3 as there are images in {_directory["train-images-idx3-ubyte"]}.", Fault());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Read_ImpossibleDimension_IsSeen(int count)
    {
        var path = _directory.Write("train-labels.idx1-ubyte", TemporaryDirectory.Idx([count], []));

        Assert.StartsWith($"{path}: dimension 1 at byte 4 is {count.ToString(CultureInfo.InvariantCulture)}, expected at least 1", Fault());
    }

    private ImageData Read() => new IdxFiles().Read("test", _directory.Path, null, _directory.Options, TestContext.Current.CancellationToken);

    private string Fault() => Assert.Throws<DataException>(Read).Message;
}
