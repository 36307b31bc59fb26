using Graft.Jobs;

namespace Graft.Tests.Jobs;

public sealed class RecentPaceTests
{
    // Two at a time, of ten seconds each, that say nothing on their way: the second ends a moment after the first.
    [Fact]
    public void Of_StepsSideBySide_IsThatOfBothTogether()
    {
        var pace = new RecentPace();
        var paces = Enumerable.Range(1, 40)
            .Select(i => pace.Of(seconds: 10 * ((i + 1) / 2) + (i % 2 == 0 ? 0.01 : 0), work: i, total: 40, running: i < 40 ? 1 : 0)).ToList();

        Assert.All(paces.Skip(9), value => Assert.InRange(value, 4.5, 6));
    }

    // The first of a batch that ends took all of its time.
    [Fact]
    public void Of_BatchesWhoseStepsEndTogether_IsThatOfTheWholeBatches()
    {
        var pace = new RecentPace();
        var paces = new List<double>();
        for (int batch = 1; batch <= 8; batch++)
        {
            for (int left = 4; left >= 0; left--)
            {
                paces.Add(pace.Of(seconds: (100 * batch) + (0.01 * (4 - left)), work: (5 * batch) - left, total: 40, running: left));
            }
        }

        Assert.All(paces.Where((_, i) => i % 5 == 4), value => Assert.InRange(value, 16, 23));
    }
}
