using System.Text;
using Graft.Formats;
using Graft.Tests.Fixtures;
using static TorchSharp.torch;

namespace Graft.Tests.Formats;

public sealed class SafeTensorsFileTests
{
    public static TheoryData<ScalarType> Types => [.. SafeTensorsType.All.Select(type => type.Scalar)];

    [Theory]
    [MemberData(nameof(Types))]
    public void SaveAndLoad_EveryType_GivesTheSameBits(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var value = tensor(new[] { -3.5, 0, 1, 2, 0.1, 250 }).reshape(2, 3).to(type);

        using var file = SafeTensorsBytes.Load(SafeTensorsBytes.Saved(null, ("x", value)));

        Assert.Equal(type, file.Tensors["x"].dtype);
        Assert.Equal([2, 3], file.Tensors["x"].shape);
        Assert.Equal(value.bytes.ToArray(), file.Tensors["x"].bytes.ToArray());
    }

    [Theory]
    [InlineData]
    [InlineData(0L)]
    [InlineData(3L, 0L, 2L)]
    [InlineData(1L, 1L, 1L, 1L, 2L)]
    public void SaveAndLoad_UnusualShape_KeepsIt(params long[] shape)
    {
        using var value = ones(shape);

        using var file = SafeTensorsBytes.Load(SafeTensorsBytes.Saved(null, ("x", value)));

        Assert.Equal(shape, file.Tensors["x"].shape);
        Assert.Equal(value.numel(), file.Tensors["x"].sum().item<float>());
    }

    [Fact]
    public void SaveAndLoad_NoTensors_GivesNone()
    {
        using var file = SafeTensorsBytes.Load(SafeTensorsBytes.Saved(null));

        Assert.Empty(file.Tensors);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void Save_ChannelsLastTensor_WritesRowMajorOrder()
    {
        using var scope = NewDisposeScope();
        var value = arange(24, dtype: float32).reshape(1, 2, 3, 4);
        var channelsLast = value.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        Assert.False(channelsLast.is_contiguous());

        Assert.Equal(SafeTensorsBytes.Saved(null, ("x", value)), SafeTensorsBytes.Saved(null, ("x", channelsLast)));
    }

    [Fact]
    public void Save_TensorWithGradient_WritesItsValues()
    {
        using var value = ones(2, requires_grad: true);

        using var file = SafeTensorsBytes.Load(SafeTensorsBytes.Saved(null, ("x", value)));

        Assert.False(file.Tensors["x"].requires_grad);
        Assert.Equal([1, 1], file.Tensors["x"].data<float>().ToArray());
    }

    [Fact]
    public void Save_MixedTypes_WritesTheDocumentedBytes()
    {
        using var scope = NewDisposeScope();
        var narrow = tensor(new byte[] { 7 });
        var wide = tensor(258L);
        var metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "ü" };

        var file = SafeTensorsBytes.Saved(metadata, ("narrow", narrow), ("wide", wide));

        // Listed as given; in the file, wide elements come first so that they are aligned; spaces pad the header to a multiple of 8 bytes.
        const string Header = """{"__metadata__":{"a":"ü","b":"2"},"narrow":{"dtype":"U8","shape":[1],"data_offsets":[8,9]},"""
            + """ "wide":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}""";
        var padded = Pad(Header.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(SafeTensorsBytes.Of(padded, 2, 1, 0, 0, 0, 0, 0, 0, 7), file);
    }

    [Theory]
    [InlineData("x", "x")]
    [InlineData("__metadata__", "x")]
    public void Save_ReservedOrRepeatedName_Throws(string first, string second)
    {
        using var value = ones(1);

        var exception = Assert.Throws<ArgumentException>(() => SafeTensorsBytes.Saved(null, (first, value), (second, value)));

        Assert.Contains($"'{first}' is reserved or comes twice", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_UnsupportedType_ThrowsBeforeWriting()
    {
        using var good = ones(1);
        using var bad = ones(1, dtype: ScalarType.ComplexFloat32);
        using var stream = new MemoryStream();

        var exception = Assert.Throws<ArgumentException>(() => SafeTensorsFile.Save(stream, [("good", good), ("bad", bad)]));

        Assert.Contains("Tensor 'bad' has type ComplexFloat32, expected one of F64, I64", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void Load_FileFromPython_GivesItsTensorsAndMetadata()
    {
        using var file = SafeTensorsFile.Load(Fixture.PathOf("wrn-10-1.safetensors"));

        Assert.Equal("wrn-10-1", file.Metadata["network"]);
        Assert.Equal([16, 3, 3, 3], file.Tensors["conv1.weight"].shape);
        Assert.Equal(391, file.Tensors["bn1.num_batches_tracked"].item<long>());
        Assert.Equal(46, file.Tensors.Count);
    }

    [Fact]
    public void Load_InsideDisposeScope_OutlivesIt()
    {
        SafeTensorsFile file;
        using (NewDisposeScope())
        {
            using var value = ones(1);
            file = SafeTensorsBytes.Load(SafeTensorsBytes.Saved(null, ("x", value)));
        }

        using (file)
        {
            Assert.Equal(1, file.Tensors["x"].item<float>());
        }
    }

    [Fact]
    public void Dispose_AfterLoad_ReleasesEveryTensor()
    {
        using var value = ones(1);
        var file = SafeTensorsBytes.Load(SafeTensorsBytes.Saved(null, ("x", value), ("y", value)));

        file.Dispose();

        Assert.All(file.Tensors.Values, tensor => Assert.True(tensor.IsInvalid));
    }

    private static string Pad(string header) => header + new string(' ', -Encoding.UTF8.GetByteCount(header) & 7);
}
