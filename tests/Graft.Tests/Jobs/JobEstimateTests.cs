using Graft.Engine;
using Graft.Jobs;

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

    // Four workers of ten units a second, or one of twenty.
    private static double Estimate(IReadOnlyList<ThreadDemand> steps)
    {
        var rate = new WorkRate(All: 20, Share: 10, null);
        var estimated = steps.Select(demand => new EstimatedStep("kind", demand, WorkOfOne));
        return JobEstimate.Of([.. estimated], rate, new(4, 1, 4), new Dictionary<string, double>()).Seconds;
    }
}
