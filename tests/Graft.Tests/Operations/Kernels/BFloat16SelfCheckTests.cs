using Graft.Networks;
using Graft.Operations;
using Graft.Operations.Kernels;
using Graft.Tests.Data;

namespace Graft.Tests.Operations.Kernels;

public sealed class BFloat16SelfCheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Run_ConvolutionsOfAStudy_FindsThemRightAndKeepsThat()
    {
        var shapes = Shapes("wrn-10-1", "conv-stack(w=1,k=3)", "inverted-residual(e=6,k=3)", "bottleneck(w=1,k=3)");

        Assert.NotEmpty(shapes);
        Assert.Empty(BFloat16SelfCheck.Run(shapes, _directory["cache"], "this machine", TestContext.Current.CancellationToken));

        string file = Assert.Single(Directory.GetFiles(_directory["cache"]));
        var written = File.GetLastWriteTimeUtc(file);
        Assert.Empty(BFloat16SelfCheck.Run(shapes, _directory["cache"], "this machine", TestContext.Current.CancellationToken));
        Assert.Equal(written, File.GetLastWriteTimeUtc(file));
    }

    [Fact]
    public void Run_ShapeThatIsKnownToBeWrong_IsToldForThatMachineOnly()
    {
        // A shape that no other test uses, since it is computed in fp32 from here on.
        var shape = new ConvolutionShape(32, 32, 3, 1, 1, 1, 23, 29);
        BFloat16SelfCheck.Run([shape], _directory["cache"], "machine", TestContext.Current.CancellationToken);
        string file = Assert.Single(Directory.GetFiles(_directory["cache"]));
        File.WriteAllText(file, File.ReadAllText(file).Replace("true", "false"));

        Assert.Equal([shape], BFloat16SelfCheck.Run([shape], _directory["cache"], "machine", TestContext.Current.CancellationToken));
        Assert.Empty(BFloat16SelfCheck.Run([shape], _directory["cache"], "other machine", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Run_DamagedFile_ComparesAgain()
    {
        var shape = new ConvolutionShape(16, 16, 3, 1, 1, 1, 8, 8);
        BFloat16SelfCheck.Run([shape], _directory["cache"], "machine", TestContext.Current.CancellationToken);
        File.WriteAllText(Assert.Single(Directory.GetFiles(_directory["cache"])), "{");

        Assert.Empty(BFloat16SelfCheck.Run([shape], _directory["cache"], "machine", TestContext.Current.CancellationToken));
    }

    private static IReadOnlyCollection<ConvolutionShape> Shapes(string network, params string[] operations)
    {
        using var layers = LayerFactory.ShapesOnly();
        using var model = Network.ShapesOnly(NetworkCatalog.Define(network, new(3, 32, 32), 10));
        var shapes = new ConvolutionShapes();
        model.Apply(shapes, new FeatureShape(3, 32, 32));
        foreach (var position in model.Positions)
        {
            foreach (var operation in operations.Select(OperationCatalog.Default.Parse).Where(o => o.WhyUnavailable(position) is null))
            {
                using var made = operation.Create(position, layers);
                made.Apply(shapes, position.Input);
            }
        }

        return shapes.Found;
    }
}
