using CsCheck;
using Graft.Formats;
using Graft.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Tests.Formats;

/// <summary>Files that <see cref="SafeTensorsFile"/> must refuse, and how it says so.</summary>
public sealed class SafeTensorsFileFaultTests
{
    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ":", ",", "\"x\"", "\"y\"", "\"__metadata__\"", "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"F32\"", "\"U8\"", "\"BOOL\"",
        "0", "1", "4", "-1", "1.5", "9223372036854775807", "99999999999999999999", "null", "\"\\ud800\"", "\uFFFD", " ",
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", "{\"dtype\":\"F32\",\"shape\":[", "],\"data_offsets\":[0,4]}",
    ];

    // Each header stands before 4 bytes of data.
    [Theory]
    [InlineData("""{"x":1}""", "byte 13: tensor 'x': '1' found, expected an object")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""", "byte 9: tensor 'x': expected dtype, shape and two data_offsets, not all of them found")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "byte 9: tensor 'x': expected dtype, shape and two data_offsets")]
    [InlineData("""{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", "byte 9: tensor 'x': type 'F8_E4M3' found, expected one of F64, I64")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "byte 37: tensor 'x': shape: '-1' found, expected at most 64 whole")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", "byte 37: tensor 'x': shape: '1.0' found, expected at most 64 whole")]
    [InlineData("""{"x":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", "'9223372036854775808' found, expected")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", "F32 [4294967296, 4294967296] found, expected at most")]
    [InlineData("""{"x":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}""", "expected at most 2147483647 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,5]}}""", "tensor 'x': data_offsets [0, 5] found, expected a range within [0, 4]")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "tensor 'x': data_offsets [4, 0] found, expected a range within [0, 4]")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,1,2]}}""", "data_offsets: '2' found, expected at most 2 whole numbers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "byte 9: tensor 'x': 4 bytes of data found, expected 8 for F32 [2]")]
    [InlineData("""{"x":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "tensor 'x': data begin at offset 2, expected 0, where the data before end")]
    [InlineData("""{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "byte 63: 2 bytes found after the last tensor, expected the end of the file")]
    [InlineData(
        """{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
        "byte 61: tensor 'y': data begin at offset 2, expected 3, where the data before end")]
    [InlineData(
        """{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""",
        "byte 61: 'x' is described twice, expected once")]
    [InlineData("""{"x":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "tensor 'x': dtype is given twice, expected once")]
    [InlineData("""{"__metadata__":{"a":1},"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "metadata 'a': '1' found, expected a string")]
    [InlineData("""{"__metadata__":{"a":"","a":""},"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "metadata 'a' is given twice")]
    [InlineData("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}""", "byte 60: the header is not well-formed JSON from here on")]
    [InlineData("""{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}{}""", "byte 61: the header is not well-formed JSON from here on")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "the header is not well-formed JSON from here on")]
    [InlineData("""{"a\nb":1}""", """tensor 'a\nb': '1' found""")]
    [InlineData(""" {}""", "byte 8: no header found, expected one that begins with '{'")]
    [InlineData("", "byte 8: no header found, expected one that begins with '{'")]
    [InlineData("{}", "byte 10: 4 bytes found after the last tensor")]
    [InlineData("""{"x":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}}""", "byte 65: tensor 'x': 7 found, expected 0 or 1 for BOOL")]
    public void Load_WrongHeader_SaysWhereAndWhatWasExpected(string header, string message)
    {
        var exception = Assert.Throws<DataException>(() => SafeTensorsBytes.Load(SafeTensorsBytes.Of(header, 1, 0, 7, 1)));

        Assert.StartsWith("weights.safetensors: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Load_LongName_IsShortenedInTheMessage()
    {
        var exception = Assert.Throws<DataException>(() => SafeTensorsBytes.Load(SafeTensorsBytes.Of($$"""{"{{new string('x', 100_000)}}":1}""")));

        Assert.InRange(exception.Message.Length, 80, 300);
    }

    [Fact]
    public void Load_TooManyDimensions_IsRefused()
    {
        var shape = string.Join(',', Enumerable.Repeat(1, 65));

        var header = """{"x":{"dtype":"U8","shape":[SHAPE],"data_offsets":[0,1]}}""".Replace("SHAPE", shape, StringComparison.Ordinal);
        var exception = Assert.Throws<DataException>(() => SafeTensorsBytes.Load(SafeTensorsBytes.Of(header, 0)));

        Assert.Contains("shape: '1' found, expected at most 64 whole numbers", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 }, "3 bytes found, expected at least 8")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}' }, "byte 0: a header of 3 bytes found, expected at most 2")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 0 }, "byte 0: a header of 18446744073709551615 bytes found, expected at most 1")]
    [InlineData(new byte[] { (byte)'P', (byte)'K', 3, 4, 0, 0, 8, 8, 0 }, "safetensors.torch.save_file(model.state_dict(), path)")]
    public void Load_OtherKindOfFile_SaysHowToMakeOne(byte[] file, string message)
    {
        var exception = Assert.Throws<DataException>(() => SafeTensorsBytes.Load(file));

        Assert.StartsWith("weights.safetensors: not a safetensors file: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_HeaderOverTheLimit_IsRefusedWithoutReadingIt()
    {
        using var stream = new LongStream(BitConverter.GetBytes(100_000_001L), length: 200_000_000);

        var exception = Assert.Throws<DataException>(() => SafeTensorsFile.Load(stream, "weights.safetensors"));

        Assert.Contains("a header of 100000001 bytes found, expected at most 100000000", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingFile_NamesIt()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "no-such.safetensors");

        var exception = Assert.Throws<DataException>(() => SafeTensorsFile.Load(path));

        Assert.Equal($"{path}: there is no such file.", exception.Message);
    }

    [Fact]
    public void Load_Directory_NamesIt()
    {
        var exception = Assert.Throws<DataException>(() => SafeTensorsFile.Load(AppContext.BaseDirectory));

        Assert.Equal($"{AppContext.BaseDirectory} cannot be read: it is a directory, not a file.", exception.Message);
    }

    [Fact]
    public void Load_FaultInTheData_LeavesNoTensorBehind()
    {
        const string Header = """{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"BOOL","shape":[1],"data_offsets":[4,5]}}""";
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Assert.Throws<DataException>(() => SafeTensorsBytes.Load(SafeTensorsBytes.Of(Header, 0, 0, 0, 0, 2)));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Load_EveryTruncationOfAFile_IsRefused()
    {
        var file = ValidFile();

        Assert.All(Enumerable.Range(0, file.Length), length => Assert.Throws<DataException>(() => SafeTensorsBytes.Load(file[..length])));
    }

    [Fact]
    public void Load_MutatedFile_SucceedsOrThrowsDataException()
    {
        var file = ValidFile();
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte).Array[1, 4].ForAll(
            mutations =>
            {
                var mutated = (byte[])file.Clone();
                foreach (var (index, value) in mutations)
                {
                    mutated[index] = value;
                }

                LoadOrRefuse(mutated);
            },
            cases: 5_000);
    }

    [Fact]
    public void Load_RandomBytes_SucceedsOrThrowsDataException() =>
        Gen.Byte.Array[0, 64].ForAll(LoadOrRefuse, cases: 2_000);

    [Fact]
    public void Load_HeaderOfRandomFragments_SucceedsOrThrowsDataException() =>
        Gen.Select(Gen.Int[0, Fragments.Length - 1].Array[0, 12], Gen.Byte.Array[0, 8]).ForAll(
            header => LoadOrRefuse(SafeTensorsBytes.Of("{" + string.Concat(header.Item1.Select(i => Fragments[i])), header.Item2)),
            cases: 5_000);

    private static void LoadOrRefuse(byte[] file)
    {
        try
        {
            SafeTensorsBytes.Load(file).Dispose();
        }
        catch (DataException exception)
        {
            Assert.DoesNotContain('\n', exception.Message);
        }
    }

    private static byte[] ValidFile()
    {
        using var scope = NewDisposeScope();
        return SafeTensorsBytes.Saved(
            new Dictionary<string, string> { ["network"] = "none" },
            [.. SafeTensorsType.All.Select(type => ($"{type.Name}.weight", ones([2, 3], type.Scalar))), ("scalar", tensor(1f)), ("none", ones(0))]);
    }

    /// <summary>Claims a length and holds only its first bytes: reading on is a failure.</summary>
    private sealed class LongStream(byte[] first, long length) : MemoryStream(first)
    {
        public override long Length => length;
    }
}
