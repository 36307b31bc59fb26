using Graft.Jobs.Studies;

namespace Graft.Tests.Jobs.Studies;

public sealed class TrialNetworkJobTests
{
    private static readonly StudyOutline Study = StudyOutline.Of(
        SmallStudy.Graph(SmallStudy.Plan with
        {
            Operations = ["conv-stack(w=2,k=3)", "conv-stack(w=2,k=3)+frozen-rest", "residual(w=1,k=3)", "residual(w=4,k=3)"],
        }),
        new(Workers: 1, ThreadsPerWorker: 1, AllThreads: 1));

    [Theory]
    [InlineData("conv-stack", "conv-stack(w=2,k=3)")]
    [InlineData("conv-stack+frozen-rest", "conv-stack(w=2,k=3)+frozen-rest")]
    [InlineData("residual(w=4)", "residual(w=4,k=3)")]
    public void TrialOf_FamilyThatStandsForOneOperation_IsThat(string asked, string operation) =>
        Assert.Equal(
            Study.Cells.Single(c => c.Operation == operation).Trials[0].Key,
            TrialNetworkJob.TrialOf(Study, new() { Position = 1, Operation = asked }));

    [Theory]
    [InlineData("residual", "'residual(w=2,k=3)'")] // of which there are two others
    [InlineData("conv-stack(k=5)", "'conv-stack(w=1,k=5)'")] // parameters are no family's name alone
    public void TrialOf_NotOneOperation_SaysWhatThereIs(string asked, string read)
    {
        var error = Assert.Throws<ConfigurationException>(() => TrialNetworkJob.TrialOf(Study, new() { Position = 1, Operation = asked }));

        Assert.Equal(
            $"study {Study.Id} has no {read} at 1. It has {string.Join(", ", Study.Cells.Select(c => $"'1 {c.Operation}'"))}.",
            error.Message);
    }
}
