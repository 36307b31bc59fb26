using Graft.Networks;
using Graft.Onnx;
using Graft.Operations;
using Graft.Tests.Data;
using Graft.Tests.Onnx;
using static TorchSharp.torch;

namespace Graft.Tests.Operations;

/// <summary>The registry test: everything in the pool, at every kind of position.</summary>
public sealed class OperationPoolTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly int _threads = get_num_threads();

    public OperationPoolTests() => set_num_threads(1); // for layers this small, threads that wait for one another take eight times as long

    // Pre- and post-activation networks; positions that keep the shape and positions that change channels, size or both.
    private static readonly IReadOnlyList<Position> Positions =
    [
        .. NetworkCatalog.Define("wrn-16-1", new(3, 8, 8), 4).Positions.Skip(1).Take(2),
        NetworkCatalog.Define("wrn-10-2", new(3, 8, 8), 4).PositionAt(1),
        .. NetworkCatalog.Define("resnet-8", new(3, 8, 8), 4).Positions.Take(2),
    ];

    public static TheoryData<string> Families() => [.. OperationCatalog.Default.Families.Where(f => f.Pool.Count > 0).Select(f => f.Name)];

    [Fact]
    public void Pool_HasLanasConvolutionFamilies()
    {
        var pool = OperationCatalog.Default.Pool;

        Assert.Distinct(pool);
        Assert.Equal(
            [
                ("teacher", 1), ("identity", 1), ("inverted-residual", 27), ("fused-inverted-residual", 27),
                ("conv-stack", 40), ("residual", 40), ("bottleneck", 40), ("repvgg", 40),
            ],
            pool.GroupBy(o => o.Family.Name).Select(g => (g.Key, g.Count())));
        Assert.All(pool, o => Assert.Equal(o, OperationCatalog.Default.Parse(o.Text)));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Pool_EveryOperationAtEveryPosition_FitsOrSaysWhyNot(string family)
    {
        using var layers = LayerFactory.ShapesOnly();
        foreach (var spec in PoolOf(family))
        {
            foreach (var position in Positions)
            {
                if (spec.Family.WhyUnavailable(spec, position) is not null)
                {
                    Assert.Equal(("identity", false), (family, position.KeepsShape));
                    continue;
                }

                using var operation = spec.Family.Create(spec, position, layers);
                Assert.Equal(position.Output, operation.Cost(position.Input).Output);
            }
        }
    }

    // Each operation at one kind of position, and each kind of position under a fifth of the operations: all of both would take minutes.
    [Theory]
    [MemberData(nameof(Families))]
    public void Pool_Operation_TrainsSavesLoadsAndExports(string family)
    {
        int next = 0;
        foreach (var spec in PoolOf(family))
        {
            var fitting = Positions.Where(p => spec.Family.WhyUnavailable(spec, p) is null).ToList();
            TrainSaveLoadExport(spec, fitting[next++ % fitting.Count]);
        }
    }

    [Theory]
    [InlineData("repvgg(w=1,k=3)")]
    [InlineData("repvgg(w=1/4,k=7)")]
    [InlineData("repvgg(w=2,k=1)")]
    public void Export_RepVgg_IsTwoConvolutions(string name)
    {
        foreach (var position in Positions)
        {
            using var operation = Create(OperationCatalog.Default.Parse(name), position);

            string[] last = position.OutputActivation == Activation.Relu ? ["Relu"] : [];
            Assert.Equal(["Conv", "Relu", "Conv", .. last], OnnxNetworks.LayersOf(OnnxExport.Serialize(operation, position.Input)));
            Assert.Contains(
                "Add",
                OnnxNetworks.LayersOf(OnnxExport.Serialize(operation, position.Input, fold: false)).Append(name == "repvgg(w=2,k=1)" ? "Add" : "")
            );
        }
    }

    [Theory]
    [InlineData("inverted-residual(e=3,k=5,se=1/25)")]
    [InlineData("fused-inverted-residual(e=3,k=3,se=1/4)")]
    [InlineData("fused-inverted-residual(e=1,k=3)")]
    [InlineData("repvgg(w=1,k=3)")]
    public void Forward_BFloat16_IsNearFloat32AndTrains(string name)
    {
        foreach (var position in Positions)
        {
            using var operation = Create(OperationCatalog.Default.Parse(name), position);
            using var scope = NewDisposeScope();
            var x = Input(position, images: 8);
            var expected = operation.call(x);
            operation.Layers = TensorLayers.BFloat16;

            var y = operation.call(x.to(ScalarType.BFloat16));

            Assert.Equal(ScalarType.BFloat16, y.dtype);
            // Batch statistics, each channel of variance one: 8 bits of mantissa through three layers leave some hundredths.
            Assert.InRange((y.to(ScalarType.Float32) - expected).square().mean().sqrt().item<float>(), 0, 0.05);
            y.to(ScalarType.Float32).square().mean().backward();
            Assert.All(operation.parameters(), p => Assert.True(p.grad!.isfinite().all().item<bool>()));
        }
    }

    public void Dispose()
    {
        set_num_threads(_threads);
        _directory.Dispose();
    }

    private static IEnumerable<OperationSpec> PoolOf(string family) => OperationCatalog.Default.Families.Single(f => f.Name == family).Pool;

    private static Operation Create(OperationSpec spec, Position position)
    {
        using var layers = new LayerFactory(1);
        var operation = spec.Family.Create(spec, position, layers);
        OnnxNetworks.Randomize(operation.NamedTensors(""));
        return operation;
    }

    private static Tensor Input(Position position, int images) =>
        randn([images, position.Input.Channels, position.Input.Height, position.Input.Width], generator: new Generator(2), requires_grad: true);

    private void TrainSaveLoadExport(OperationSpec spec, Position position)
    {
        using var operation = Create(spec, position);
        using var scope = NewDisposeScope();
        var x = Input(position, images: 2);
        operation.call(x).square().mean().backward();
        Assert.All(operation.parameters().Append(x), p => Assert.True(p.grad!.isfinite().all().item<bool>(), $"{spec} at {position.Path}"));

        operation.eval();
        using var _ = no_grad();
        var expected = operation.call(x);
        NetworkWeights.Save(operation, _directory["operation.safetensors"]);
        using var layers = new LayerFactory(9);
        using var loaded = spec.Family.Create(spec, position, layers);
        NetworkWeights.Load(loaded, _directory["operation.safetensors"]);
        loaded.eval();
        Assert.True(loaded.call(x).eq(expected).all().item<bool>(), $"{spec} at {position.Path}");

        using var model = OnnxModel.Load(OnnxExport.Serialize(operation, position.Input), spec.Text, threads: 1);
        var actual = tensor(model.Run(x), expected.shape);
        double tolerance = 1e-5 * Math.Max(1, expected.abs().max().item<float>());
        Assert.True((actual - expected).abs().max().item<float>() <= tolerance, $"{spec} at {position.Path}");
    }
}
