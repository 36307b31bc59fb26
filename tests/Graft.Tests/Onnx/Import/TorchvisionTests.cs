using System.Diagnostics;
using Graft.Formats;
using Graft.Onnx.Import;
using Graft.Tests.Data;
using Graft.Tests.Fixtures;

namespace Graft.Tests.Onnx.Import;

/// <summary>
/// torchvision's classifiers, exported by torch.onnx (export_torchvision.py), and gradients of all parameters against PyTorch's. GRAFT_TEST_TORCHVISION names a Python that has
/// torch and torchvision; Debian's is /usr/bin/python3 with python3-torchvision.
/// </summary>
[Trait("Category", "Torchvision")]
public sealed class TorchvisionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Networks() =>
    [
        "alexnet", "vgg11", "vgg11_bn", "vgg16", "vgg19_bn", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d",
        "wide_resnet50_2", "wide_resnet101_2", "densenet121", "densenet161", "densenet169", "densenet201", "googlenet", "inception_v3", "squeezenet1_0", "squeezenet1_1",
        "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "mnasnet0_5", "mnasnet0_75", "mnasnet1_0", "mnasnet1_3", "shufflenet_v2_x0_5", "shufflenet_v2_x1_0",
        "shufflenet_v2_x1_5", "shufflenet_v2_x2_0", "efficientnet_b0", "efficientnet_b1", "efficientnet_b2", "regnet_x_400mf", "regnet_x_800mf", "regnet_x_1_6gf",
        "regnet_x_3_2gf", "regnet_y_400mf", "regnet_y_800mf", "regnet_y_1_6gf", "regnet_y_3_2gf", "convnext_tiny", "convnext_small",
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Read_AnswersAsOnnxRuntime(string name)
    {
        Export(name);

        var import = OnnxImport.Read(Path.Combine(_directory.Path, $"{name}.onnx"));

        Assert.Equal(1000, import.Definition.Classes);
        Assert.NotEmpty(import.Definition.Positions);
    }

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
    [InlineData("convnext_tiny")]
    public void Backward_GradientsOfAllParameters_ArePyTorchs(string name)
    {
        Export(name);

        Assert.Equal([], Gradients.Differences(Path.Combine(_directory.Path, $"{name}.bn.onnx"), tolerance: 1e-3));
    }

    public void Dispose() => _directory.Dispose();

    private void Export(string name)
    {
        string? python = Environment.GetEnvironmentVariable("GRAFT_TEST_TORCHVISION");
        Assert.SkipWhen(python is null, "GRAFT_TEST_TORCHVISION does not name a Python with torchvision.");
        string script = SourceTree.PathOf("tests", "Graft.Tests", "Onnx", "Import", "export_torchvision.py");
        using var process = Process.Start(new ProcessStartInfo(python, [script, _directory.Path, name]) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }

    private static class Gradients
    {
        /// <summary>The parameters whose gradients differ from those in the file beside the model by more than a part of the largest, or are missing on one side.</summary>
        public static IReadOnlyList<string> Differences(string path, double tolerance)
        {
            using var reference = SafeTensorsFile.Load(Path.ChangeExtension(path, ".safetensors"));
            using var network = OnnxImport.ReadUnproven(path, new() { RestoreBatchNorm = false }).CreateNetwork();
            network.call(reference.Tensors["images"]).square().mean().backward();
            var expected = reference.Tensors.Where(t => t.Key.StartsWith("gradient.", StringComparison.Ordinal)).ToDictionary(t => t.Key["gradient.".Length..], t => t.Value);
            var actual = network.NamedTensors().Where(t => t.Tensor.grad is not null).ToDictionary(t => t.Name, t => t.Tensor.grad!);
            var differing = actual.Where(a => !expected.TryGetValue(a.Key, out var e)
                || !((a.Value.reshape(e.shape) - e).abs().max().item<float>() <= tolerance * e.abs().max().item<float>()));
            return [.. differing.Select(d => d.Key), .. expected.Keys.Where(name => !actual.ContainsKey(name))];
        }
    }
}
