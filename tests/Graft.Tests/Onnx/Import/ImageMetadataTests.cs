using Google.Protobuf;
using Graft.Data;
using Graft.Jobs;
using Graft.Onnx;
using Graft.Onnx.Import;
using Graft.Onnx.Schema;
using Graft.Tests.Data;

namespace Graft.Tests.Onnx.Import;

/// <summary>What a file says of its images, read alike where it is studied and where it is evaluated.</summary>
public sealed class ImageMetadataTests : IDisposable
{
    private const string Range = "Image.NominalPixelRange", Given = "0.5,0.5,0.5/0.25,0.25,0.25";

    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData(Range, "Normalized_1_1", 0.5f, 0.5f)]
    [InlineData("image.nominalpixelrange", "normalized_0_1", 0, 1)]
    [InlineData(Range, "NominalRange_0_255", 0, 1 / 255f)]
    public void Normalization_InWindowsMlsWords_IsThatOfImportAndEvaluation(string key, string range, float mean, float std)
    {
        string path = Write((key, range));
        using var classifier = OnnxClassifier.Load(path, threads: 1);

        Assert.Equal(new Normalization([mean, mean, mean], [std, std, std]), classifier.Normalization);
        Assert.Equal(classifier.Normalization, OnnxImport.Read(path).Normalization);
    }

    [Fact]
    public void Normalization_InGraftsWordsToo_IsWhatTheseSay()
    {
        string path = Write((Range, "NominalRange_16_235"), ("input_mean", "0.5,0.5,0.5"), ("input_std", "0.25,0.25,0.25"));
        using var classifier = OnnxClassifier.Load(path, threads: 1);
        var import = OnnxImport.Read(path);

        classifier.RequireKnownNormalization();

        Assert.Equal(Normalization.Parse(Given), classifier.Normalization);
        Assert.Equal(Normalization.Parse(Given), import.Normalization);
        Assert.Equal(Normalization.Parse(Given), NetworkImports.NormalizationOf(import, given: null, Data().Outline));
    }

    [Fact]
    public void Normalization_OfARangeThatIsNotKnown_HasToBeGiven()
    {
        string path = Write((Range, "NominalRange_16_235"));
        using var classifier = OnnxClassifier.Load(path, threads: 1);
        var import = OnnxImport.Read(path);
        string fault = $"{path}: the metadata's {Range} is 'NominalRange_16_235', known are NominalRange_0_255, Normalized_0_1, Normalized_1_1. "
            + "Say how pixels are normalised.";

        Assert.Equal(fault, Assert.Throws<DataException>(classifier.RequireKnownNormalization).Message);
        Assert.Equal(fault, Assert.Throws<DataException>(() => NetworkImports.NormalizationOf(import, given: null, Data().Outline)).Message);
        Assert.Equal(Normalization.Parse(Given), NetworkImports.NormalizationOf(import, Given, Data().Outline));
        Assert.Null(classifier.Normalization);
    }

    [Theory]
    [InlineData("Bgr8", true)]
    [InlineData("BGRA8", true)]
    [InlineData("Rgb8", false)]
    [InlineData("Gray8", false)]
    public void Read_ChannelsInAnotherOrder_AreRefusedByImportAndEvaluation(string format, bool refused)
    {
        string path = Write(("Image.BitmapPixelFormat", format), (Range, "NominalRange_0_255"));
        Action evaluation = () => OnnxClassifier.Load(path, threads: 1).Dispose(), import = () => new OnnxNetworkSource(_directory.Path).Read(path, new());
        if (!refused)
        {
            evaluation();
            import();
            return;
        }

        string fault = $"{path} takes the channels of its images as blue, green, red (the metadata's Image.BitmapPixelFormat is '{format}'), "
            + "Graft gives red, green, blue. Export it for RGB.";
        Assert.Equal(fault, Assert.Throws<DataException>(evaluation).Message);
        Assert.Equal(fault, Assert.Throws<DataException>(import).Message);
    }

    public void Dispose() => _directory.Dispose();

    private static ImageData Data()
    {
        var shape = new ImageShape(3, 8, 8);
        var set = new ImageSet(shape, new byte[shape.Size], [0]);
        return new()
        {
            Name = "toys",
            Train = set,
            Test = set,
            ClassNames = ["a", "b", "c", "d"],
            Normalization = new([0, 0, 0], [1, 1, 1]),
            Fingerprint = "",
        };
    }

    private string Write(params (string Key, string Value)[] metadata)
    {
        var tiny = new TinyModel();
        var model = ModelProto.Parser.ParseFrom(tiny.Classify(tiny.Convolution("x", 3, 6, 1), 6));
        model.MetadataProps.Add(metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        return _directory.Write("model.onnx", model.ToByteArray());
    }
}
