using System.Diagnostics;
using Graft.Formats;
using Graft.Onnx.Import;
using Graft.Operations;
using Graft.Tests.Data;
using Graft.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Tests.Onnx.Import;

/// <summary>
/// torchvision's classifiers, exported by torch.onnx (export_torchvision.py), and gradients of all parameters against PyTorch's. GRAFT_TEST_TORCHVISION names a
/// Python that has torch and torchvision; Debian's is /usr/bin/python3 with python3-torchvision.
/// </summary>
[Trait("Category", "Torchvision")]
public sealed class TorchvisionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Networks() =>
        [
            "alexnet",
            "vgg11",
            "vgg11_bn",
            "vgg16",
            "vgg19_bn",
            "resnet18",
            "resnet34",
            "resnet50",
            "resnet101",
            "resnet152",
            "resnext50_32x4d",
            "resnext101_32x8d",
            "wide_resnet50_2",
            "wide_resnet101_2",
            "densenet121",
            "densenet161",
            "densenet169",
            "densenet201",
            "googlenet",
            "inception_v3",
            "squeezenet1_0",
            "squeezenet1_1",
            "mobilenet_v2",
            "mobilenet_v3_small",
            "mobilenet_v3_large",
            "mnasnet0_5",
            "mnasnet0_75",
            "mnasnet1_0",
            "mnasnet1_3",
            "shufflenet_v2_x0_5",
            "shufflenet_v2_x1_0",
            "shufflenet_v2_x1_5",
            "shufflenet_v2_x2_0",
            "efficientnet_b0",
            "efficientnet_b1",
            "efficientnet_b2",
            "regnet_x_400mf",
            "regnet_x_800mf",
            "regnet_x_1_6gf",
            "regnet_x_3_2gf",
            "regnet_y_400mf",
            "regnet_y_800mf",
            "regnet_y_1_6gf",
            "regnet_y_3_2gf",
            "convnext_tiny",
            "convnext_small",
        ];

    // The smallest of each kind: all of them take an hour.
    private static readonly string[] Small =
    [
        "alexnet",
        "vgg11_bn",
        "resnet18",
        "resnet50",
        "resnext50_32x4d",
        "wide_resnet50_2",
        "densenet121",
        "googlenet",
        "inception_v3",
        "squeezenet1_1",
        "mobilenet_v2",
        "mobilenet_v3_small",
        "mnasnet0_5",
        "shufflenet_v2_x0_5",
        "efficientnet_b0",
        "regnet_x_400mf",
        "regnet_y_400mf",
        "convnext_tiny",
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Read_AnswersAsOnnxRuntime(string name)
    {
        Assert.SkipUnless(
            Small.Contains(name) || Environment.GetEnvironmentVariable("GRAFT_TEST_TORCHVISION_ALL") == "1",
            "One of the larger networks: set GRAFT_TEST_TORCHVISION_ALL=1."
        );
        Export(name);

        var import = OnnxImport.Read(Path.Combine(_directory.Path, $"{name}.onnx"));

        Assert.Equal(1000, import.Definition.Classes);
        Assert.NotEmpty(import.Definition.Positions);
    }

    /// <summary>
    /// In fp64, where the two agree to the digits that the file's fp32 constants have, unless a layer is wrong; and in fp32, as training has it, at most four
    /// times as far from them as PyTorch's own. ConvNeXt is not among them: the exporter writes some of its parameters transposed, under names of its own, so
    /// that they cannot be compared by name.
    /// </summary>
    [Theory]
    [InlineData("resnet18")]
    [InlineData("mobilenet_v2")]
    [InlineData("mobilenet_v3_small")]
    [InlineData("squeezenet1_1")]
    [InlineData("shufflenet_v2_x0_5")]
    [InlineData("densenet121")]
    [InlineData("efficientnet_b0")]
    [InlineData("regnet_y_400mf")]
    [InlineData("mnasnet0_5")]
    [InlineData("googlenet")]
    public void Backward_GradientsOfAllParameters_ArePyTorchs(string name)
    {
        Export(name, "--gradients");
        string path = Path.Combine(_directory.Path, $"{name}.bn.onnx");
        using var reference = SafeTensorsFile.Load(Path.ChangeExtension(path, ".safetensors"));

        var exact = Gradients.Of(path, reference.Tensors["images"], TensorLayers.Float64, ScalarType.Float64);
        var rounded = Gradients.Of(path, reference.Tensors["images"], TensorLayers.Float32, ScalarType.Float32);

        var expected = Gradients.In(reference.Tensors);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), exact.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, e => Assert.InRange((exact[e.Key] - e.Value).abs().max().item<double>(), 0, 1e-7 * e.Value.abs().max().item<double>()));
        Assert.InRange(Gradients.Distance(rounded, expected), 0, Math.Max(1e-5, 4 * reference.Tensors["rounding"].item<double>()));
    }

    public void Dispose() => _directory.Dispose();

    private void Export(string name, params string[] options)
    {
        string? python = Environment.GetEnvironmentVariable("GRAFT_TEST_TORCHVISION");
        Assert.SkipWhen(python is null, "GRAFT_TEST_TORCHVISION does not name a Python with torchvision.");
        string script = SourceTree.PathOf("tests", "Graft.Tests", "Onnx", "Import", "export_torchvision.py");
        using var process = Process.Start(
            new ProcessStartInfo(python, [script, .. options, _directory.Path, name]) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }

    private static class Gradients
    {
        /// <summary>The gradients of the file's network, in inference mode and in a type of number, as fp64 by their names in the file.</summary>
        public static Dictionary<string, Tensor> Of(string path, Tensor images, TensorLayers layers, ScalarType type)
        {
            using var network = OnnxImport.ReadUnproven(path, new() { RestoreBatchNorm = false }).CreateNetwork();
            network.eval();
            network.to(type);
            network.Apply(layers, images.to(type)).square().mean().backward();
            return network.NamedTensors().Where(t => t.Tensor.grad is not null).ToDictionary(t => t.Name, t => t.Tensor.grad!.to(ScalarType.Float64));
        }

        /// <summary>Those of a file that the script wrote.</summary>
        public static Dictionary<string, Tensor> In(IReadOnlyDictionary<string, Tensor> tensors) =>
            tensors.Where(t => t.Key.StartsWith("gradient.", StringComparison.Ordinal)).ToDictionary(t => t.Key["gradient.".Length..], t => t.Value);

        /// <summary>The length of the difference of all gradients, as a part of their length.</summary>
        public static double Distance(Dictionary<string, Tensor> actual, Dictionary<string, Tensor> expected) => Math.Sqrt(
            expected.Sum(e => (actual[e.Key] - e.Value).square().sum().item<double>()) / expected.Sum(e => e.Value.square().sum().item<double>()));
    }
}
