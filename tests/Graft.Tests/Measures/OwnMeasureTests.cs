using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Measures;
using Graft.Steps;
using Graft.Tests.Engine.Local;
using Graft.Tests.Jobs.Accelerations;
using Graft.Tests.Jobs.Studies;

namespace Graft.Tests.Measures;

/// <summary>A measure that is registered for all tests of this process: they run apart from others.</summary>
[CollectionDefinition(nameof(OwnMeasureTests), DisableParallelization = true)]
[Collection(nameof(OwnMeasureTests))]
public sealed class OwnMeasureTests : IDisposable
{
    private readonly ChannelMean _measure = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly GraftSession _session;

    public OwnMeasureTests() => _session = GraftSession.Open(new() { Workspace = _directory.File("workspace"), Device = "cpu" });

    public void Dispose()
    {
        MeasureCatalog.Unregister(_measure);
        _session.Dispose();
        _directory.Dispose();
    }

    // What a study has measured from the first stays as it is; what came later is a step of its own.
    [Fact]
    public async Task Study_MeasureThatCameLater_IsAllThatAnOldStudyRuns()
    {
        var plan = SmallStudy.Plan with { Predictors = new() { Images = 4, BatchSize = 2 } };
        var before = StudyJob.Create(_session, plan, SmallStudy.Data);
        await before.RunAsync(cancellation: TestContext.Current.CancellationToken);
        long sequence = _session.Workspace.Steps.FindAll([.. before.Graph.Steps.Select(s => s.Key)]).Values.Max(s => s.Sequence);

        MeasureCatalog.Register(_measure);
        var after = StudyJob.Create(_session, plan, SmallStudy.Data);
        var result = await after.RunAsync(cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(before.Id, after.Id);
        var ran = _session.Workspace.Steps.FindAll([.. after.Graph.Steps.Select(s => s.Key)]).Values.Where(s => s.Sequence > sequence).ToList();
        Assert.Equal(2, ran.Count); // of two candidates
        Assert.All(ran, step => Assert.Equal((MeasureKind.KindName, StepState.Done), (step.Kind, step.State)));
        var values = result.Cells.Single(c => c.Operation == "identity").Trials.Single().Measures;
        Assert.Equal(MeasureCatalog.All.Select(m => m.Name).Order(), values.Keys.Order());
    }

    [Fact]
    public void Key_OfOwnMeasure_NamesItsAssembly()
    {
        MeasureCatalog.Register(_measure);

        var step = SmallStudy.Graph(SmallStudy.Plan with { Predictors = new() { Images = 4, BatchSize = 2, Measures = [_measure.Name] } }).Measures[0];

        Assert.Equal(Invariant($"channelMean {GetType().Assembly.ManifestModule.ModuleVersionId:N}"), step.MeasureRevision);
    }

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(0.0, null)] // its logarithm is no number
    public void Substitutions_FeatureThatIsNoNumber_IsLeftOut(double value, double? expected)
    {
        MeasureCatalog.Register(_measure);
        CellResult cell = new()
        {
            Position = 2,
            Path = "p",
            Operation = "identity",
            Epochs = 5,
            Accuracies = [0.7],
            Mean = 0.7,
            Parameters = 0,
            MultiplyAccumulates = 0,
            State = StepState.Done,
            Trials =
            [
                new() { Key = "k", Seed = 1, State = StepState.Done, Accuracy = 0.7, Measures = new Dictionary<string, double> { [_measure.Name] = value } },
            ],
        };

        var values = Assert.Single(StudyPrediction.Substitutions([cell], 5, 0.5)).Values;

        Assert.Equal(expected, values.TryGetValue(_measure.Name, out double feature) ? feature : null);
    }

    [Theory]
    [InlineData("cka")]
    [InlineData("channelMean")]
    public async Task Acceleration_ScoredByAnyMeasure_AddsItUp(string measure)
    {
        MeasureCatalog.Register(_measure);
        var plan = AccelerationJobTests.Plan;

        var result = await AccelerationJobTests
            .Job(_session, plan with { Selection = plan.Selection with { Score = measure, ScoreImages = 8 } }, _directory.File("latencies.json"))
            .RunAsync(cancellation: TestContext.Current.CancellationToken);

        Assert.NotNull(result.Model);
        Assert.All(result.Candidates.Where(c => c.Operation == "teacher"), c => Assert.Equal(0.0, c.Score));
        Assert.All(result.Candidates, c => Assert.True(double.IsFinite(c.Score!.Value)));
        Assert.Contains(result.Candidates, c => c.Score != 0);
        var scores = result.Candidates.ToDictionary(c => (c.Position, c.Operation), c => c.Score!.Value);
        Assert.All(result.Solutions, s => Assert.Equal(s.Places.Zip(s.Operations).Sum(o => scores[o]), s.Score, tolerance: 1e-9));
        if (measure == "cka")
        {
            Assert.All(result.Candidates, c => Assert.InRange(c.Score!.Value, -1e-9, 1));
        }
    }

    // One class, and nothing else, is a measure.
    private sealed class ChannelMean : Measure
    {
        public override string Name => "channelMean";

        public override string Title => "mean of the output";

        public override bool HigherIsBetter => true;

        public override double Passes => 1;

        public override double Of(MeasureSubject subject) => subject.Output.mean().item<float>();

        public override double? Feature(double value) => Math.Log(value);
    }
}
