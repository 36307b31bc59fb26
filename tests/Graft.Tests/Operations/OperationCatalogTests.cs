using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using static TorchSharp.torch;

namespace Graft.Tests.Operations;

public class OperationCatalogTests
{
    private static readonly ImageShape Image = new(3, 16, 16);

    public static TheoryData<string, string, int> EveryOperationAtEveryKindOfPosition()
    {
        var data = new TheoryData<string, string, int>();
        foreach (string network in new[] { "wrn-16-1", "resnet-14" })
        {
            foreach (
                string operation in OperationCatalog
                    .SeedCandidates.Concat(OperationCatalog.Controls)
                    .Append("inverted-residual(e=1,k=5)")
                    .Append("conv-stack(w=1/4,k=1)")
            )
            {
                foreach (int position in new[] { 1, 3, 4 })
                {
                    data.Add(network, operation, position);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryOperationAtEveryKindOfPosition))]
    public void Create_EveryOperation_FitsTrainsAndLeaksNothing(string network, string name, int index)
    {
        var position = NetworkCatalog.Define(network, Image, 10).PositionAt(index);
        var spec = OperationCatalog.Default.Parse(name);
        if (spec.WhyUnavailable(position) is { } reason)
        {
            Assert.Equal("identity", spec.Family.Name);
            Assert.False(position.KeepsShape);
            Assert.Contains($"position {index}", reason);
            return;
        }

        using var layers = new LayerFactory(1);
        using var operation = spec.Create(position, layers);
        Assert.Equal(position.Output, operation.Cost(position.Input).Output);
        long live = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            var x = randn([2, position.Input.Channels, position.Input.Height, position.Input.Width], generator: new Generator(2), requires_grad: true);
            var y = operation.call(x);
            Assert.Equal([2, position.Output.Channels, position.Output.Height, position.Output.Width], y.shape);
            Assert.NotSame(x, y);
            y.square().mean().backward();
            foreach (var (parameter, tensor) in operation.named_parameters())
            {
                Assert.True(tensor.grad!.isfinite().all().item<bool>(), parameter);
            }
        }

        operation.zero_grad();
        Assert.Equal(live, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // Convolution weights at position 18 of WRN-40-2 (128 channels).
    [Theory]
    [InlineData("teacher", 294_912)]
    [InlineData("conv-stack(w=1,k=3)", 294_912)]
    [InlineData("conv-stack(w=2,k=3)", 589_824)]
    [InlineData("residual(w=2,k=3)", 589_824)]
    [InlineData("bottleneck(w=2,k=3)", 655_360)]
    [InlineData("inverted-residual(e=6,k=3)", 203_520)]
    public void Create_Position18OfWrn40x2_HasTheStudysConvolutionWeights(string name, long weights)
    {
        var position = NetworkCatalog.Define("wrn-40-2", new(3, 32, 32), 10).PositionAt(18);
        var spec = OperationCatalog.Default.Parse(name);
        using var layers = new LayerFactory(0);
        using var operation = spec.Create(position, layers);

        Assert.Equal(weights, operation.parameters().Where(p => p.dim() == 4).Sum(p => p.numel()));
    }

    [Theory]
    [InlineData("conv-stack", "conv-stack(w=1,k=3)")]
    [InlineData(" conv-stack( k = 5 , w = 0.25 ) ", "conv-stack(w=1/4,k=5)")]
    [InlineData("conv-stack(w=1/10)", "conv-stack(w=1/10,k=3)")]
    [InlineData("identity()", "identity")]
    [InlineData("bottleneck(w=0.3)", "bottleneck(w=0.3,k=3)")]
    [InlineData("bottleneck(w=match)", "bottleneck(w=match,k=3)")]
    [InlineData("conv-stack+frozen-rest", "conv-stack(w=1,k=3)+frozen-rest")]
    public void Parse_Name_GivesCanonicalName(string text, string canonical) => Assert.Equal(canonical, OperationCatalog.Default.Parse(text).Text);

    [Theory]
    [InlineData("conv-stak", "Unknown operation 'conv-stak'. Did you mean 'conv-stack'?")]
    [InlineData("conv-stack(w=2", "'conv-stack(w=2' is not the name of an operation. Write it like 'identity' or 'conv-stack(w=2,k=3)'.")]
    [InlineData("conv-stack(k=4)", "Operation 'conv-stack': k=4 is out of range; k (kernel size) is 1, 3, 5 or 7.")]
    [InlineData("conv-stack(e=4)", "Operation 'conv-stack' has no parameter 'e'. It has: w (hidden channels / output channels), k (kernel size).")]
    [InlineData("conv-stack(k=3,k=5)", "Operation 'conv-stack': parameter 'k' is given twice.")]
    [InlineData("conv-stack(k=match)", "Operation 'conv-stack': k=match is not possible, only a width can be matched; k (kernel size) is 1, 3, 5 or 7.")]
    [InlineData("teacher+frozen-rest", "'teacher+frozen-rest' would swap nothing and train one position alone. Use teacher-reinitialized+frozen-rest.")]
    [InlineData("identity+frozen", "'identity+frozen' is not the name of an operation. Write it like 'identity' or 'conv-stack(w=2,k=3)'.")]
    [InlineData("identity(k=3)", "Operation 'identity' has no parameter 'k'. It has none.")]
    public void Parse_WrongName_SaysWhatIsWrong(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => OperationCatalog.Default.Parse(text)).Message);

    [Fact]
    public void Null_IsNamed()
    {
        Assert.Equal("family", Assert.Throws<ArgumentNullException>(() => OperationCatalog.Register(null!)).ParamName);
        Assert.Equal("text", Assert.Throws<ArgumentNullException>(() => OperationCatalog.Default.Parse(null!)).ParamName);
        Assert.Equal("names", Assert.Throws<ArgumentNullException>(() => OperationCatalog.Default.ParseList(null!)).ParamName);
        Assert.Equal("text", Assert.Throws<ArgumentNullException>(() => OperationCatalog.SplitNames(null!)).ParamName);
        using var network = Network.Create("wrn-10-1", Image, 10);
        Assert.Equal("spec", Assert.Throws<ArgumentNullException>(() => network.Substitute(1, null!, 1)).ParamName);
    }

    [Fact]
    public void Position_AsText_IsShort() =>
        Assert.Equal("2 (block2.layer.0): 16x16x16 -> 32x8x8", $"{NetworkCatalog.Define("wrn-10-1", Image, 10).PositionAt(2)}");

    [Fact]
    public void WhyUnavailable_NothingToTrainWhileTheRestIsFrozen_IsSaid() => Assert.Equal(
        "identity has nothing to train while the rest is frozen",
        OperationCatalog.Default.Parse("identity+frozen-rest").WhyUnavailable(NetworkCatalog.Define("wrn-16-1", Image, 10).PositionAt(1)));

    [Fact]
    public void ParseList_Controls_AreAllOfThem() =>
        Assert.Equal(OperationCatalog.Controls, OperationCatalog.Default.ParseList(["controls"]).Select(o => o.Text));

    [Fact]
    public void IsControl_AnyOperation_IsToldByItsForm()
    {
        string[] others = ["repvgg(w=match)", "conv-stack(w=match,k=5)", "fused-inverted-residual(e=match,k=3)", "inverted-residual(e=match,k=3,se=0.04)",
            "own(w=match)", "own(w=2)+frozen-rest"];

        Assert.All(OperationCatalog.Controls.Concat(others), name => Assert.True(OperationSpec.IsControl(name), name));
        Assert.All(
            OperationCatalog.SeedCandidates.Concat(OperationCatalog.Default.Pool.Select(o => o.Text)),
            name => Assert.False(OperationSpec.IsControl(name), name));
    }

    [Fact]
    public void Families_EachHasItsOwnNameAndParsesItsDefaults()
    {
        Assert.Distinct(OperationCatalog.Default.Families.Select(f => f.Name));
        Assert.All(OperationCatalog.Default.Families, f => Assert.Equal(f.With(), OperationCatalog.Default.Parse(f.With().Text)));
    }

    [Fact]
    public void RevisionOf_GraftsOwnOperations_IsNull() =>
        Assert.Null(OperationCatalog.Default.RevisionOf(OperationCatalog.Default.Pool.Select(o => o.ToString())));

    [Fact]
    public void RevisionOf_OperationOfAnotherAssembly_IsThatOfTheAssembly()
    {
        var catalog = OperationCatalog.Default.With(new OwnFamily());

        Assert.Equal($"own {typeof(OwnFamily).Assembly.ManifestModule.ModuleVersionId:N}", catalog.RevisionOf(["identity", "own", "own+frozen-rest"]));
        Assert.Null(catalog.RevisionOf(["identity", "conv-stack(w=2,k=3)"]));
    }

    private sealed class OwnFamily : OperationFamily
    {
        public override string Name => "own";

        public override string Description => "An operation that Graft does not have.";

        public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) => throw new NotSupportedException();
    }
}
