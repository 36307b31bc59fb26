using Graft.Cli.Views;
using Graft.Engine;
using Graft.Jobs.Studies;

namespace Graft.Cli.Tests.Views;

public sealed class StudyJobViewTests
{
    [Theory]
    [InlineData(2, 6, "2 to 6 seeds until decided, margin 0.5")]
    [InlineData(2, 2, "2 seeds until decided, margin 0.5")]
    public void Subject_SeedsUntilDecided_AreARangeWhereThereIsOne(int first, int most, string expected)
    {
        var outline = new StudyOutline
        {
            Id = "0123456789ab",
            Plan = new() { Seeds = first, UntilDecided = new() { MaxSeeds = most } },
            DataFingerprint = "",
            Teacher = "",
            Parameters = 1,
            MultiplyAccumulates = 1,
            Cells = [],
            Unavailable = [],
            Workers = 1,
            ThreadsPerWorker = 1,
        };
        using var workspace = new MemoryWorkspace(TimeProvider.System);
        workspace.Jobs.Save(outline.Id, StudyJob.Kind, plan: "", outline.ToJson(), steps: []);

        var view = new StudyJobView(workspace, workspace.Jobs.Find(outline.Id), options: null);

        Assert.EndsWith($"25 epochs, {expected}", view.Subject.Asked);
    }
}
