using Graft.Jobs.Accelerations;

namespace Graft.Report.Tests;

public sealed class OpponentWordsTests
{
    private const string Why = "a network from an ONNX file has no family of smaller ones";

    [Fact]
    public void Of_NoSmallerNetworkThoughBaselinesAreAskedFor_SaysWhy()
    {
        AccelerationResult result = AccelerationReportTests.Acceleration();

        Assert.DoesNotContain("No smaller network", OpponentWords.Of(result), StringComparison.Ordinal);
        Assert.EndsWith($". No smaller network from scratch is compared: {Why}.", OpponentWords.Of(result with { WhyNoSmallerNetwork = Why }));
    }

    [Fact]
    public void Of_NothingComparedYet_SaysNothing()
    {
        AccelerationResult result = AccelerationReportTests.Acceleration();

        Assert.Null(OpponentWords.Of(result with { Networks = [result.Networks[0]], WhyNoSmallerNetwork = Why }));
    }
}
