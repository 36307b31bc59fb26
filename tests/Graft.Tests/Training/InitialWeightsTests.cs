using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using Graft.Tests.Onnx;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class InitialWeightsTests : IDisposable
{
    private readonly Network _teacher = Network.Create("resnet-20", new ImageShape(3, 16, 16), classes: 4, seed: 1);

    public InitialWeightsTests()
    {
        OnnxNetworks.Randomize(_teacher.NamedTensors());
        _teacher.eval();
    }

    public void Dispose() => _teacher.Dispose();

    [Theory]
    [InlineData("residual(w=1,k=3)", 1)]
    [InlineData("bottleneck(w=1,k=3)", 1)]
    [InlineData("inverted-residual(e=6,k=3)", 1)]
    [InlineData("fused-inverted-residual(e=1,k=3)", 0)] // ends with ReLU6, through which nothing would be learnt from 0
    [InlineData("teacher", 1)]
    [InlineData("conv-stack(w=1,k=3)", 0)]
    [InlineData("repvgg(w=1,k=3)", 0)]
    public void BeginAsSkip_OperationAtAPositionThatKeepsTheShape_AnswersItsInput(string name, int norms)
    {
        using var scope = NewDisposeScope();
        var position = _teacher.Positions[1];
        var operation = Create(name, position);
        operation.eval();
        var x = rand(2, 16, 16, 16, generator: new Generator(1));
        var before = operation.call(x);

        InitialWeights.BeginAsSkip(operation);

        Assert.Equal(
            norms,
            operation.named_parameters().Count(p => p.name.EndsWith("weight", StringComparison.Ordinal) && p.parameter.abs().sum().item<float>() == 0)
        );
        Assert.True((norms == 1 ? x : before).equal(operation.call(x)).all().item<bool>()); // inputs are at least 0: ReLU keeps them
    }

    [Fact]
    public void BeginAsSkip_ShortcutWithLayers_LeavesTheOperation()
    {
        using var operation = Create("residual(w=1,k=3)", _teacher.Positions[3]);
        string before = TensorHash.Of(operation.NamedTensors(""));

        InitialWeights.BeginAsSkip(operation);

        Assert.Equal(before, TensorHash.Of(operation.NamedTensors("")));
    }

    [Theory]
    [InlineData("teacher", 2, 3, 2)]
    [InlineData("teacher", 3, 5, 4)]
    [InlineData("residual(w=1,k=3)", 5, 5, 5)] // the same block under another name
    [InlineData("residual(w=2,k=5)", 5, 5, 5)] // padded: zeros around the kernel, and more channels that nothing listens to
    public void CopyFromTeacher_CandidateThatCanHoldAllOfIt_AnswersLikeTheTeachersBlock(string name, int first, int last, int own)
    {
        using var scope = NewDisposeScope();
        var position = _teacher.Definition.PositionAt(new Place(first, last));
        var candidate = Create(name, position);
        candidate.eval();
        var x = rand(2, position.Input.Channels, position.Input.Height, position.Input.Width, generator: new Generator(1));

        Assert.True(InitialWeights.CopyFromTeacher(candidate, position, _teacher));

        var difference = (candidate.call(x) - _teacher.OperationAt(_teacher.Positions[own - 1]).call(x)).abs().max().item<float>();
        Assert.InRange(difference, 0, 1e-4f); // sums in another order
    }

    [Fact]
    public void CopyFromTeacher_NarrowerCandidate_KeepsTheChannelsThatWeighMost()
    {
        using var scope = NewDisposeScope();
        var position = _teacher.Positions[4];
        var candidate = Create("residual(w=1/2,k=3)", position);
        using (no_grad())
        {
            var second = _teacher.OperationAt(position).named_parameters().First(p => p.name == "conv2.weight").parameter; // [32, 32, 3, 3]
            second[.., ..16].mul_(1e-9); // nothing listens to the first half of the hidden channels
        }

        candidate.eval();
        var x = rand(2, 32, 8, 8, generator: new Generator(1));

        Assert.True(InitialWeights.CopyFromTeacher(candidate, position, _teacher));

        var difference = (candidate.call(x) - _teacher.OperationAt(position).call(x)).abs().max().item<float>();
        Assert.InRange(difference, 0, 1e-4f);
    }

    [Theory]
    [InlineData("bottleneck(w=1,k=3)")] // other convolutions
    [InlineData("inverted-residual(e=6,k=3)")]
    [InlineData("fused-inverted-residual(e=1,k=3)")] // fewer
    public void CopyFromTeacher_OperationOfAnotherBuild_IsLeftAsItIs(string name)
    {
        var position = _teacher.Positions[1];
        using var candidate = Create(name, position);
        string before = TensorHash.Of(candidate.NamedTensors(""));

        Assert.False(InitialWeights.CopyFromTeacher(candidate, position, _teacher));
        Assert.Equal(before, TensorHash.Of(candidate.NamedTensors("")));
    }

    [Fact]
    public void CopyFromTeacher_TeacherThatNormalisesItsInputFirst_IsOfAnotherBuild()
    {
        using var wide = Network.Create("wrn-10-1", new ImageShape(3, 16, 16), classes: 4, seed: 1);
        using var own = Create("teacher", wide.Positions[1]);
        using var residual = Create("residual(w=1,k=3)", wide.Positions[1]);

        Assert.True(InitialWeights.CopyFromTeacher(own, wide.Positions[1], wide));
        Assert.False(InitialWeights.CopyFromTeacher(residual, wide.Positions[1], wide));
    }

    private static Operation Create(string name, Position position)
    {
        using var layers = new LayerFactory(5);
        return OperationCatalog.Default.Parse(name).Create(position, layers);
    }
}
