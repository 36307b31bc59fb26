using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class DistillationObjectiveTests : IDisposable
{
    private readonly Network _teacher = Network.Create("resnet-8", new ImageShape(3, 8, 8), classes: 4, seed: 1);
    private readonly Network _student = Network.Create("resnet-8", new ImageShape(3, 8, 8), classes: 4, seed: 2);
    private readonly Tensor _images = rand(6, 3, 8, 8, generator: new Generator(1));
    private readonly Tensor _labels = arange(6) % 4;

    public DistillationObjectiveTests()
    {
        _teacher.eval();
        _student.eval();
    }

    public void Dispose()
    {
        _teacher.Dispose();
        _student.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }

    [Fact]
    public void Of_LabelsAndLogits_IsCrossEntropyPlusWeightedDivergence()
    {
        using var scope = NewDisposeScope();
        var p = nn.functional.softmax(_teacher.call(_images) / 2, 1);
        var q = nn.functional.log_softmax(_student.call(_images) / 2, 1);
        double expected = nn.functional.cross_entropy(_student.call(_images), _labels).item<float>() - ((p * q).sum().item<float>() / 6 * 0.5 * 4);

        Assert.Equal(expected, Loss(new() { Weight = 0.5, Temperature = 2 }), 1e-5);
    }

    [Fact]
    public void Of_WithoutLabels_DoesNotSeeThem()
    {
        using var scope = NewDisposeScope();
        var recipe = new KnowledgeDistillation { WithoutLabels = true, Temperature = 1 };
        var others = (_labels + 1) % 4;

        Assert.Equal(Loss(recipe), Objective(recipe).Of(_student, _images, others).Loss.item<float>());
        Assert.NotEqual(Loss(new()), Objective(new()).Of(_student, _images, others).Loss.item<float>());
    }

    [Fact]
    public void Of_FeatureMaps_IsTheMeanRelativeErrorAtTheEndsOfChangedPlaces()
    {
        using var scope = NewDisposeScope();
        using (var layers = new LayerFactory(3))
        {
            _student.Substitute(_student.Positions[1], OperationCatalog.Default.Parse("conv-stack(w=1,k=3)"), layers);
        }

        var s = _student.ForwardFeatures(_images);
        var t = _teacher.ForwardFeatures(_images);
        double Error(int end) => ((s[end].Output - t[end].Output).square().mean() / t[end].Output.square().mean()).item<float>();

        double loss = Loss(new() { WithoutLabels = true, Weight = 0, FeatureWeight = 3 });

        Assert.Equal(3 * (Error(2) + Error(3)) / 2, loss, 1e-5); // the changed position, and the last
    }

    [Fact]
    public void Of_TheTeacherItself_HasNoErrorOnFeatureMaps() =>
        Assert.Equal(0, Objective(new() { WithoutLabels = true, Weight = 0, FeatureWeight = 1 }).Of(_teacher, _images, _labels).Loss.item<float>());

    [Fact]
    public void Of_FeatureMapsOfAnotherNetwork_Throws()
    {
        using var other = Network.Create("resnet-14", new ImageShape(3, 8, 8), classes: 4);

        Assert.Throws<ArgumentException>(() => Objective(new() { FeatureWeight = 1 }).Of(other, _images, _labels));
        Assert.True(double.IsFinite(Objective(new()).Of(other, _images, _labels).Loss.item<float>()));
    }

    [Fact]
    public void Of_BackwardPass_GivesTheTeacherNoGradient()
    {
        using var scope = NewDisposeScope();

        Objective(new() { FeatureWeight = 1 }).Of(_student, _images, _labels).Loss.backward();

        Assert.All(_teacher.parameters(), p => Assert.Null(p.grad));
        Assert.All(_student.parameters(), p => Assert.NotNull(p.grad));
    }

    private DistillationObjective Objective(KnowledgeDistillation recipe) => new(_teacher, recipe);

    private double Loss(KnowledgeDistillation recipe)
    {
        using var scope = NewDisposeScope();
        return Objective(recipe).Of(_student, _images, _labels).Loss.item<float>();
    }
}
