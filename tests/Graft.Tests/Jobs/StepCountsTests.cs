using Graft.Engine;
using Graft.Jobs;

namespace Graft.Tests.Jobs;

public sealed class StepCountsTests
{
    [Fact]
    public void Of_StepThatStandsTwice_CountsOnceAsTheListOfJobsDoes()
    {
        using var workspace = new MemoryWorkspace(TimeProvider.System);
        workspace.Steps.Declare([("a", "trial", "{}"), ("b", "trial", "{}"), ("c", "trial", "{}"), ("d", "trial", "{}")]);
        foreach (string key in (string[])["a", "b", "c"])
        {
            workspace.Steps.MarkRunning(key, "{}", "here");
        }

        workspace.Steps.Complete("a", "{}", seconds: 1);
        workspace.Steps.Fail("b", "it failed", seconds: 1);
        workspace.Jobs.Save("study", "study", "plan", "{}", ["a", "b", "a", "c", "d"]);
        var job = workspace.Jobs.Find("study");

        var counts = StepCounts.Of(workspace, job);
        var listing = JobListing.Of(job, workspace);

        Assert.Equal(new(Steps: 4, Done: 1, Running: 1, Interrupted: 0, Failed: 1), counts);
        Assert.Equal((3, 2), (counts.Left, counts.Ended));
        Assert.Equal((counts.Steps, counts.Ended), (listing.Steps, listing.Ended));
    }
}
