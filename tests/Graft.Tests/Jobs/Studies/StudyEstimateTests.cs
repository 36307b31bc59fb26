using Graft.Jobs.Studies;

namespace Graft.Tests.Jobs.Studies;

public sealed class StudyEstimateTests
{
    private static readonly StudyGraph Graph = SmallStudy.Graph();

    [Fact]
    public void Measure_NothingDone_CountsAllSteps()
    {
        var estimate = Measure([]);

        Assert.Equal([("teacher", 1, 0), ("distillation", 1, 0), ("trial", 3, 0)], estimate.Kinds.Select(k => (k.Kind, k.Steps, k.Done)));
        Assert.All(estimate.Kinds, kind => Assert.True(kind.Seconds > 0));
        Assert.Equal(estimate.Kinds.Sum(k => k.Seconds), estimate.Seconds);
        Assert.True(estimate.TrainingImagesPerSecond > 0);
    }

    [Fact]
    public void Measure_DoneSteps_TakeNoTime()
    {
        var estimate = Measure([Graph.Teacher.Key, Graph.Trials[0].Key]);

        Assert.Equal([("teacher", 1, 1), ("distillation", 1, 0), ("trial", 3, 1)], estimate.Kinds.Select(k => (k.Kind, k.Steps, k.Done)));
        Assert.Equal(0, estimate.Kinds[0].Seconds);
    }

    [Fact]
    public void MultiplyAccumulates_Trial_GrowsWithItsEpochs()
    {
        var longer = SmallStudy.Graph(SmallStudy.Plan with { Epochs = [2] });

        double one = new StudyWork(Graph, SmallStudy.Data).MultiplyAccumulates(Graph.Trials[0]);
        double two = new StudyWork(longer, SmallStudy.Data).MultiplyAccumulates(longer.Trials[0]);

        // 36 images trained on at three passes each and 4 held out, for an epoch more.
        Assert.Equal(Graph.NetworkCost.MultiplyAccumulates * ((3.0 * 36) + 4), two - one, tolerance: 1);
    }

    [Fact]
    public void MultiplyAccumulates_AnyStep_IsPositive()
    {
        var work = new StudyWork(Graph, SmallStudy.Data);

        Assert.All(Graph.Steps, step => Assert.True(work.MultiplyAccumulates(step) > 0));
    }

    private static StudyEstimate Measure(HashSet<string> done) =>
        StudyEstimate.Measure(Graph, SmallStudy.Data, "cpu", new(Workers: 1, PerWorker: 1, Alone: 1), done, TimeProvider.System);
}
