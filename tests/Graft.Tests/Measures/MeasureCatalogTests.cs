using Graft.Analysis.Prediction;
using Graft.Data;
using Graft.Measures;
using Graft.Networks;
using Graft.Operations;
using Graft.Selection;
using Graft.Steps;
using Graft.Tests.Training;
using static TorchSharp.torch;

namespace Graft.Tests.Measures;

public sealed class MeasureCatalogTests
{
    private static readonly ImageData Data = GeneratedData.Create();

    [Fact]
    public void Of_TheTeachersOwnOperation_DiffersInNothing()
    {
        using var subject = Subject(NewNetwork(), position: 2);

        Assert.All(["parameters", "multiplyAccumulates"], name => Assert.Equal(0, MeasureCatalog.Find(name).Of(subject)));
        Assert.Equal(1, MeasureCatalog.Find("cka").Of(subject), tolerance: 1e-9);
        Assert.All(
            ["distillationError", "lossRise", "klRise", "lossRiseBatchStatistics"],
            name => Assert.Equal(0, MeasureCatalog.Find(name).Of(subject), tolerance: 1e-6)
        );
        Assert.True(MeasureCatalog.Find("klRiseBatchStatistics").Of(subject) > 1e-4); // other statistics are another network
        Assert.All(MeasureCatalog.All, m => Assert.True(double.IsFinite(m.Of(subject)), m.Name));
    }

    [Theory]
    [InlineData("identity", 1)]
    [InlineData("inverted-residual", 2)]
    [InlineData("bottleneck", 3)]
    public void Of_Candidate_GivesEveryMeasureAndLeaksNothing(string operation, int position)
    {
        long unmeasured = LiveAfter(_ => { });

        long measured = LiveAfter(subject =>
        {
            var values = PredictorStepResult.Of(subject);

            Assert.Equal(MeasureCatalog.Bundle.Select(m => m.Name).Order(), values.ByName().Keys.Order());
            Assert.InRange(values.Cka!.Value, 0, 1);
            Assert.True(values.KlRise > 0);
            Assert.Equal(subject.Network.Cost().Parameters - subject.Teacher.Cost().Parameters, values.Parameters);
        });

        Assert.Equal(unmeasured, measured);

        long LiveAfter(Action<MeasureSubject> measure)
        {
            long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            using (var subject = Subject(Swapped(operation, position), position))
            {
                measure(subject);
            }

            return TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        }
    }

    [Fact]
    public void Of_OneOperationForARun_IsHeldAgainstAllThatStandThere()
    {
        var network = NewNetwork();
        network.Substitute(new Place(1, 2), OperationCatalog.Default.Parse("conv-stack"), seed: 5);
        using var subject = new MeasureSubject(
            NewNetwork(), network, network.Definition.PositionAt(new Place(1, 2)), Batches(), CPU, TimeProvider.System, CancellationToken.None);

        var values = PredictorStepResult.Of(subject);

        Assert.Equal(subject.Network.Cost().Parameters - subject.Teacher.Cost().Parameters, values.Parameters);
        Assert.Equal(subject.Network.Cost().MultiplyAccumulates - subject.Teacher.Cost().MultiplyAccumulates, values.MultiplyAccumulates);
        Assert.Equal(2, subject.Own.Count);
        Assert.InRange(values.Cka!.Value, 0.01, 0.9999);
    }

    // What scores of runs count from.
    [Fact]
    public void Of_TheTeachersOwnOperationsOfARun_DiffersInNothing()
    {
        var network = NewNetwork();
        using var subject = new MeasureSubject(
            NewNetwork(), network, network.Definition.PositionAt(new Place(1, 2)), Batches(), CPU, TimeProvider.System, CancellationToken.None);

        Assert.All(["parameters", "multiplyAccumulates"], name => Assert.Equal(0, MeasureCatalog.Find(name).Of(subject)));
        Assert.Equal(1, MeasureCatalog.Find("cka").Of(subject), tolerance: 1e-9);
        Assert.Equal(0, MeasureCatalog.Find("distillationError").Of(subject), tolerance: 1e-6);
    }

    // What one measure does to a network must not show in another: training mode moves running statistics.
    [Fact]
    public void Of_AnyOrder_GivesTheSame()
    {
        using var one = Subject(Swapped("inverted-residual", 2), position: 2);
        using var other = Subject(Swapped("inverted-residual", 2), position: 2);
        var measures = MeasureCatalog.Bundle.Where(m => m.Name != "latency").ToList();

        var forward = measures.ToDictionary(m => m.Name, m => m.Of(one));
        var backward = measures.AsEnumerable().Reverse().ToDictionary(m => m.Name, m => m.Of(other));

        Assert.All(forward, value => Assert.Equal(value.Value, backward[value.Key], tolerance: 1e-9 * Math.Abs(value.Value)));
    }

    [Fact]
    public void Score_OfTheUnchangedNetwork_IsZero_AndAWorseOneIsMore()
    {
        Assert.All(MeasureCatalog.All, m => Assert.Equal(0, m.Score(0.7, 0.7)));
        Assert.Equal(0.25, MeasureCatalog.Find("cka").Score(0.75, 1)); // less alike is worse
        Assert.Equal(0.25, MeasureCatalog.Find("klRise").Score(0.25, 0));
    }

    [Fact]
    public void Register_Null_IsNamed() => Assert.Equal("measure", Assert.Throws<ArgumentNullException>(() => MeasureCatalog.Register(null!)).ParamName);

    [Fact]
    public void All_Names_Differ() => Assert.Equal(MeasureCatalog.All.Count, MeasureCatalog.All.Select(m => m.Name).Distinct().Count());

    [Fact]
    public void Find_UnknownName_SuggestsTheNearest() =>
        Assert.Contains(
            "Did you mean 'synFlow'?",
            Assert.Throws<ConfigurationException>(() => MeasureCatalog.Find("synflo")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Register_NameThatIsTaken_SaysSo() =>
        Assert.Contains(
            "measure 'zico' already",
            Assert.Throws<ConfigurationException>(() => MeasureCatalog.Register(new Zico())).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Register_NameOfSomethingBesideMeasures_IsRefused()
    {
        string[] names = [Predictability.FirstEpoch, .. SelectionPlan.SharedScores];

        Assert.All(names, name => Assert.Throws<ConfigurationException>(() => MeasureCatalog.Register(new NamedMeasure(name))));
        Assert.DoesNotContain(MeasureCatalog.All, m => m is NamedMeasure);
    }

    [Fact]
    public void Similarity_OfCandidates_IsSymmetricWithOnesOnTheDiagonal()
    {
        using var teacher = NewNetwork();
        var position = teacher.Positions[0];
        using var layers = new LayerFactory(5);
        using var identity = OperationCatalog.Default.Parse("identity").Create(position, layers);
        using var stack = OperationCatalog.Default.Parse("conv-stack").Create(position, layers);
        var batches = Batches();

        var cka = OperationSimilarity.Measure(teacher, position, [teacher.OperationAt(position), identity, stack], [.. batches.Select(b => b.Images)]);

        batches.ForEach(b => b.Dispose());
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(1, cka[i][i], tolerance: 1e-9));
        Assert.All(Enumerable.Range(0, 9), k => Assert.Equal(cka[k / 3][k % 3], cka[k % 3][k / 3], tolerance: 1e-12));
        Assert.InRange(cka[0][1], 0.01, 0.999);
    }

    private static List<Batch> Batches() => [.. BatchLoader.InOrder(Data.Train, Data.Normalization, null, batchSize: 20)];

    private static Network NewNetwork() => Network.Create("wrn-10-1", Data.Train.Shape, Data.ClassNames.Count, seed: 3);

    private static Network Swapped(string operation, int position)
    {
        var network = NewNetwork();
        using var layers = new LayerFactory(5);
        network.Substitute(network.Positions[position - 1], OperationCatalog.Default.Parse(operation), layers);
        return network;
    }

    private static MeasureSubject Subject(Network network, int position) =>
        new(NewNetwork(), network, network.Positions[position - 1], Batches(), CPU, TimeProvider.System, CancellationToken.None);

    private sealed class NamedMeasure(string name) : Measure
    {
        public override string Name => name;

        public override string Title => name;

        public override bool HigherIsBetter => true;

        public override double Passes => 1;

        public override double Of(MeasureSubject subject) => 0;
    }
}
