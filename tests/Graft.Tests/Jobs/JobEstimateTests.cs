using Graft.Engine;
using Graft.Jobs;
using Graft.Steps;

namespace Graft.Tests.Jobs;

public sealed class JobEstimateTests
{
    private const double WorkOfOne = 100;

    [Theory]
    [InlineData(1, 10)] // no shorter than the one step, however many workers there are
    [InlineData(4, 10)]
    [InlineData(8, 20)]
    public void Of_StepsSideBySide_TakeAsLongAsTheirWorkersAndNoShorterThanTheLongest(int steps, double seconds) =>
        Assert.Equal(seconds, Estimate([.. Enumerable.Repeat(ThreadDemand.Share, steps)]), tolerance: 1e-9);

    [Fact]
    public void Of_StepsThatHaveTheWholeMachine_TakeTurns() => Assert.Equal(5 + 5 + 10, Estimate([ThreadDemand.All, ThreadDemand.All, ThreadDemand.Share]), 9);

    [Fact]
    public void Of_SomethingIsLeft_TheStartCountsToo()
    {
        Assert.Equal((13, 3), Times(isDone: false));
        Assert.Equal((0, 0), Times(isDone: true));

        static (double, double) Times(bool isDone)
        {
            var step = new EstimatedStep("kind", ThreadDemand.Share, WorkOfOne, isDone);
            var estimate = JobEstimate.Of([step], new WorkRate(20, 10, null), new(4, 1, 4), new Dictionary<string, double>(), startSeconds: 3);
            return (estimate.Seconds, estimate.StartSeconds);
        }
    }

    // Two workers share the cores, and a unit of their work counts for as much less as they do more than a step that has all cores.
    [Fact]
    public void PacesOf_KindsThatRanHere_AreThoseAndOthersAsMeasured()
    {
        var kinds = BuiltInKinds.Create();
        var asRun = new Dictionary<string, double> { [PredictorKind.KindName] = 2 };
        StepKind[] of = [kinds.Find(PredictorKind.KindName), kinds.Find(ScoreKind.KindName), kinds.Find(DistillationKind.KindName)];

        var measured = JobEstimate.PacesOf(of, new WorkRate(All: 20, Share: 10, null), new(2, 1, 2), asRun, shareSpeed: 1.25);
        var recorded = JobEstimate.PacesOf(of, null, new(2, 1, 2), asRun, shareSpeed: 1.25);

        Assert.Equal([1.25 / 4, 1.25 / 20, 1.0 / 20], of.Select(kind => measured[kind.Name]));
        Assert.Equal(1.25 / 4, Assert.Single(recorded).Value);
    }

    // Four workers of ten units a second, or one of twenty.
    private static double Estimate(IReadOnlyList<ThreadDemand> steps)
    {
        var rate = new WorkRate(All: 20, Share: 10, null);
        var estimated = steps.Select(demand => new EstimatedStep("kind", demand, WorkOfOne));
        return JobEstimate.Of([.. estimated], rate, new(4, 1, 4), new Dictionary<string, double>(), startSeconds: 0).Seconds;
    }
}
