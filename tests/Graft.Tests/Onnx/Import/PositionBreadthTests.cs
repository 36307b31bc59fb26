using Graft.Onnx;
using Graft.Onnx.Import;
using Graft.Operations;
using Graft.Tests.Data;
using TorchSharp;
using static Graft.Tests.Onnx.Import.TinyModel;

namespace Graft.Tests.Onnx.Import;

/// <summary>
/// Positions of every geometry and activation, on feature maps of odd and unequal sides: an operation of each family fits and is written into the file, or
/// the part is no position and is named with the reason.
/// </summary>
public sealed class PositionBreadthTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly int _threads = torch.get_num_threads();

    public PositionBreadthTests() => torch.set_num_threads(1);

    private static readonly Dictionary<string, (Func<TinyModel, string, string> Add, Activation Ending)> Activations = new()
    {
        ["none"] = ((_, x) => x, Activation.None),
        ["ReLU"] = ((m, x) => m.Node("Relu", [x]), Activation.Relu),
        ["ReLU6"] = ((m, x) => m.Node("Clip", [x, m.Values([], 0), m.Values([], 6)]), Activation.Relu6),
        ["SiLU"] = ((m, x) => m.Node("Mul", [x, m.Node("Sigmoid", [x])]), Activation.None),
        ["hard-swish"] = ((m, x) => m.Node("HardSwish", [x]), Activation.None),
        ["PReLU"] = ((m, x) => m.Node("PRelu", [x, m.Weight([6, 1, 1], 0.2)]), Activation.None),
    };

    // Kernel, strides, dilations, padding (of both sides), and the position's stride; 0 where no operation has it.
    private static readonly Dictionary<string, (Pair Kernel, Pair Stride, Pair Dilation, Pair Padding, int Expected)> Geometries = new()
    {
        ["3x3"] = (new(3, 3), new(1, 1), new(1, 1), new(1, 1), 1),
        ["3x3, stride 2"] = (new(3, 3), new(2, 2), new(1, 1), new(1, 1), 2),
        ["3x3, dilation 2x1"] = (new(3, 3), new(1, 1), new(2, 1), new(2, 1), 1),
        ["3x3, stride 2, dilation 1x2"] = (new(3, 3), new(2, 2), new(1, 2), new(1, 2), 2),
        ["1x5, stride 3"] = (new(1, 5), new(3, 3), new(1, 1), new(0, 2), 3),
        ["3x3, stride 2x1"] = (new(3, 3), new(2, 1), new(1, 1), new(1, 1), 0),
        ["3x3, stride 1x2, dilation 2x1"] = (new(3, 3), new(1, 2), new(2, 1), new(2, 1), 0),
        ["3x3, unpadded"] = (new(3, 3), new(1, 1), new(1, 1), new(0, 0), 0),
    };

    // Every activation on sides that are odd, one on sides that a stride divides.
    public static TheoryData<string, string, string> Positions() =>
    [
        .. from geometry in Geometries.Keys from activation in Activations.Keys select (geometry, activation, "9x7"),
        .. from geometry in Geometries.Keys select (geometry, "ReLU6", "12x8"),
    ];

    [Theory]
    [MemberData(nameof(Positions))]
    public void Position_TakesEveryFamilyOrIsRefusedByName(string geometry, string activation, string image)
    {
        int expected = Geometries[geometry].Expected;
        string path = Write(geometry, activation, image);

        var import = OnnxImport.Read(path);

        if (expected == 0)
        {
            var part = Assert.Single(import.FixedParts);
            Assert.Matches(@"^'Conv_\d+' \(3x3\) turns 6x\d+x\d+ into 6x\d+x\d+: no stride does that with padding by half of the kernel$", $"{part}");
            Assert.Empty(import.Definition.Positions);
            return;
        }

        Assert.Empty(import.FixedParts);
        var position = Assert.Single(import.Definition.Positions);
        Assert.Equal((expected, Activations[activation].Ending), (position.Stride, position.OutputActivation));
        foreach (var operation in OperationCatalog.Default.Families.Where(f => f.Pool.Count > 0).Select(f => f.Pool[f.Pool.Count / 2]))
        {
            if (operation.WhyUnavailable(position) is { } reason)
            {
                Assert.Equal(("identity", false), (operation.Family.Name, position.KeepsShape));
                Assert.StartsWith("identity", reason, StringComparison.Ordinal);
                continue;
            }

            Swap(import, operation);
        }
    }

    public void Dispose()
    {
        torch.set_num_threads(_threads);
        _directory.Dispose();
    }

    // The file that is written gives in ONNX Runtime what the network gives, and is read again.
    private void Swap(ImportedNetwork import, OperationSpec operation)
    {
        using var scope = torch.NewDisposeScope();
        using var mode = torch.no_grad();
        using var network = import.CreateNetwork();
        using var layers = new LayerFactory(1);
        network.Substitute(network.Positions[0], operation, layers);
        if (operation.Text != "teacher")
        {
            OnnxNetworks.Randomize(network.OperationAt(network.Positions[0]).NamedTensors(""));
        }

        network.eval();
        string path = _directory["swapped.onnx"];

        OnnxSplice.Save(import, network, path, cancellation: TestContext.Current.CancellationToken);

        var image = import.Definition.Image;
        var x = torch.randn([2, image.Channels, image.Height, image.Width], generator: new torch.Generator(3));
        using var runtime = OnnxModel.Load(path, threads: 1);
        var actual = torch.tensor(runtime.Run(x), [2, 4]);
        var expected = network.call(x);
        Assert.True((actual - expected).abs().max().item<float>() <= 1e-4 * expected.abs().max().item<float>(), operation.Text);
        Assert.Equal(image, OnnxImport.Read(path).Definition.Image);
    }

    private string Write(string geometry, string activation, string image)
    {
        var (kernel, stride, dilation, padding, _) = Geometries[geometry];
        int[] sides = [.. image.Split('x').Select(side => int.Parse(side, System.Globalization.CultureInfo.InvariantCulture))];
        var model = new TinyModel(operatorSet: 14, height: sides[0], width: sides[1]);
        string y = model.Node("Relu", [model.Convolution("x", 3, 6, 3, Ints("pads", 1, 1, 1, 1))]);
        y = model.Node(
            "Conv",
            [y, model.Weight([6, 6, kernel.Height, kernel.Width]), model.Weight([6])],
            Ints("strides", stride.Height, stride.Width),
            Ints("dilations", dilation.Height, dilation.Width),
            Ints("pads", padding.Height, padding.Width, padding.Height, padding.Width)
        );
        string path = _directory["model.onnx"];
        File.WriteAllBytes(path, model.Classify(Activations[activation].Add(model, y), 6));
        return path;
    }
}
