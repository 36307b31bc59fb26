using Graft.Data;
using Graft.Data.Readers;
using Graft.Runtime;

namespace Graft.Tests.Data.Readers;

public sealed class CifarBinaryTests : IDisposable
{
    private const int Records = 3;
    private static readonly CifarLayout Ten = CifarLayout.Cifar10 with { TrainRecords = Records, TestRecords = Records };
    private static readonly CifarLayout Hundred = CifarLayout.Cifar100 with { TrainRecords = Records, TestRecords = Records };
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_Cifar10_FilesInOrderAndPlanesInterleaved()
    {
        WriteAll(Ten);

        var data = Read(Ten);

        Assert.Equal(15, data.Train.Count);
        Assert.Equal([0, 1, 2, 1, 2, 3, 2, 3, 4], data.Train.Labels[..9]);
        Assert.Equal("truck", data.ClassNames[9]);
        var record = Record(Ten, file: 1, 2); // image 5
        Assert.Equal(record[1 + 33], data.Train[5][33 * 3]);
        Assert.Equal(record[1 + 1024 + 33], data.Train[5][(33 * 3) + 1]);
        Assert.Equal(record[1 + 2048 + 1023], data.Train[5][3071]);
        Assert.Equal(0.4914f, data.Normalization.Mean[0]);
    }

    [Fact]
    public void Read_Cifar100_UsesTheFineLabelAndItsNames()
    {
        WriteAll(Hundred);
        _directory.Write("fine_label_names.txt", [.. string.Join('\n', Enumerable.Range(0, 100).Select(i => $"class {i}")).Select(c => (byte)c)]);

        var data = Read(Hundred);

        Assert.Equal([0, 1, 2], data.Train.Labels);
        Assert.Equal("class 99", data.ClassNames[99]);
    }

    [Fact]
    public void Read_TruncatedFile_TellsBothLengths()
    {
        WriteAll(Ten);
        var path = _directory.Write("data_batch_3.bin", new byte[9_000]);

        Assert.Equal($"{path}: 9,000 bytes, expected 9,219 (3 records of 3,073 bytes); the file is truncated.", Fault());
    }

    [Fact]
    public void Read_MissingFile_IsNamed()
    {
        WriteAll(Ten);
        File.Delete(_directory["data_batch_4.bin"]);

        Assert.Equal($"{_directory["data_batch_4.bin"]} is missing; add it beside the others.", Fault());
    }

    [Fact]
    public void Read_LabelOutOfRange_NamesByteAndRecord()
    {
        WriteAll(Ten);
        var bytes = File.ReadAllBytes(_directory["data_batch_2.bin"]);
        bytes[3_073] = 10;
        var path = _directory.Write("data_batch_2.bin", bytes);

        Assert.Equal($"{path}: label 10 at byte 3,073 (record 1), expected 0-9.", Fault());
    }

    [Fact]
    public void Read_WrongNumberOfNames_IsSeen()
    {
        WriteAll(Ten);
        var path = _directory.Write("batches.meta.txt", "cat\ndog\n"u8.ToArray());

        Assert.Equal($"{path}: 2 class names, expected 10.", Fault());
    }

    [Fact]
    public void Find_ParentOfTheOfficialDirectory_IsFound()
    {
        _directory.Write("cifar-10-batches-bin/test_batch.bin", []);

        Assert.Equal(_directory["cifar-10-batches-bin"], new CifarBinary(Ten).Find(_directory.Path));
        Assert.Null(new CifarBinary(Hundred).Find(_directory.Path));
    }

    private void WriteAll(CifarLayout layout)
    {
        var files = layout.TrainFiles.Append(layout.TestFile).ToList();
        for (var file = 0; file < files.Count; file++)
        {
            _directory.Write(files[file], [.. Enumerable.Range(0, Records).SelectMany(i => Record(layout, file, i))]);
        }
    }

    private static byte[] Record(CifarLayout layout, int file, int index)
    {
        var record = Enumerable.Range(0, layout.LabelBytes + 3_072).Select(i => (byte)Seed.Mix(file, index, i)).ToArray();
        record[layout.LabelBytes - 1] = (byte)(file + index);
        return record;
    }

    private ImageData Read(CifarLayout layout) =>
        new CifarBinary(layout).Read("test", _directory.Path, null, _directory.Options, TestContext.Current.CancellationToken);

    private string Fault() => Assert.Throws<DataException>(() => Read(Ten)).Message;
}
