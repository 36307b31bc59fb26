using Graft.Onnx.Import;
using Graft.Tests.Data;
using static Graft.Tests.Onnx.Import.TinyModel;

namespace Graft.Tests.Onnx.Import;

public sealed class FeatureExtractorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    // What ends in four values, and where they come from; nothing for a classifier.
    private static readonly Dictionary<string, (Func<TinyModel, string> Values, string? Origin)> Endings = new()
    {
        ["residual block, mean"] = (m => Flat(Block(m), m), "the pooling"),
        ["residual block, mean, batch norm"] = (m => Norm(Flat(Block(m), m), m), "the pooling"),
        ["3x3 convolution, Relu, mean"] = (m => Flat(m.Node("Relu", [m.Convolution("x", 3, 4, 3)]), m), "the pooling"),
        ["1x1 convolution, batch norm, mean"] = (m => Flat(Norm(m.Convolution("x", 3, 4, 1), m), m), "the pooling"),
        ["Relu, flatten of several pixels"] = (
            m => m.Node("Flatten", [m.Node("Relu", [m.Convolution("x", 3, 1, 7)])]),
            "flattened feature maps"
        ),
        ["depthwise convolution over all pixels"] = (
            m => m.Node("Flatten", [m.Node("Conv", [m.Convolution("x", 3, 4, 3), m.Weight([4, 1, 6, 6])], Int("group", 4))]),
            "a depthwise convolution"
        ),
        ["Gemm"] = (m => m.Node("Gemm", [Flat(Block(m), m), m.Weight([4, 4])]), null),
        ["1x1 convolution behind the mean"] = (m => m.Node("Flatten", [m.Convolution(m.Node("GlobalAveragePool", [Block(m)]), 4, 4, 1)]), null),
        ["SqueezeNet"] = (m => Flat(m.Node("Relu", [m.Convolution("x", 3, 4, 1)]), m), null),
        ["3x3 convolution, mean"] = (m => Flat(m.Convolution("x", 3, 4, 3), m), null),
        ["mean and Softmax"] = (m => m.Node("Softmax", [Flat(Block(m), m)]), null),
    };

    public static TheoryData<string> Names() => [.. Endings.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Remark_IsOfWhatEndsWithoutAClassifier(string name)
    {
        var (values, origin) = Endings[name];
        var model = new TinyModel();
        string path = _directory["model.onnx"];
        File.WriteAllBytes(path, model.End(values(model)));

        string? remark = OnnxImport.Read(path).Remark;

        Assert.Equal(
            origin is null ? null : $"its output of 4 values comes straight from {origin}: it looks like a feature extractor, not a classifier", remark);
    }

    public void Dispose() => _directory.Dispose();

    private static string Block(TinyModel m)
    {
        string x = m.Node("Relu", [m.Convolution("x", 3, 4, 3)]);
        return m.Node("Relu", [m.Node("Add", [x, m.Convolution(x, 4, 4, 3, Ints("pads", 1, 1, 1, 1))])]);
    }

    private static string Flat(string x, TinyModel m) => m.Node("Flatten", [m.Node("GlobalAveragePool", [x])]);

    private static string Norm(string x, TinyModel m) =>
        m.Node("BatchNormalization", [x, m.Weight([4], 1, 0.1), m.Weight([4]), m.Weight([4]), m.Weight([4], 1, 0.1)]);
}
