using System.Diagnostics;
using Graft.Benchmarks;
using Graft.Data;
using Graft.Operations;

namespace Graft.Tests.Benchmarks;

public sealed class BenchmarkTests
{
    public static TheoryData<string> Modes => ["train", "evaluate"];

    [Theory]
    [MemberData(nameof(Modes))]
    public void Step_SmallNetwork_GivesARate(string mode)
    {
        using var benchmark = BenchmarkSuite.Step(mode, "wrn-10-1", Precision.Float32, threads: 1, TimeProvider.System);

        Assert.True(benchmark.Run() > 0);
        Assert.Equal("images/s", benchmark.Unit);
    }

    [Fact]
    public void Distillation_CandidatesAtEveryPosition_GivesARate()
    {
        using var benchmark = new DistillationBenchmark(
            "wrn-10-1", OperationCatalog.Default.ParseList(["residual", "conv-stack"]), Precision.Float32, batch: 4, threads: 1, steps: 2, TimeProvider.System);

        Assert.True(benchmark.Run() > 0);
    }

    [Fact]
    public void Loading_Epoch_GivesARate()
    {
        using var benchmark = new LoadingBenchmark(AugmentationOptions.None, batch: 128, TimeProvider.System);

        Assert.True(benchmark.Run() > 0);
    }

    [Fact]
    public void Process_TwoSideBySide_SumsTheirRates()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs sh");
        using var benchmark = new ProcessBenchmark(Shell("echo ready; while read line; do echo 1.5; done"), count: 2);

        Assert.Equal(3.0, benchmark.Run());
        Assert.True(benchmark.PeakMemoryBytes > 0);
    }

    [Fact]
    public void Process_EndsBeforeItIsReady_IsToldWithItsCommand()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs sh");

        var error = Assert.Throws<ConfigurationException>(() => new ProcessBenchmark(Shell("exit 3")));

        Assert.Equal("'sh -c exit 3' ends before it measures anything; what it wrote above says why.", error.Message);
    }

    [Fact]
    public void Process_NoSuchProgram_IsTold()
    {
        var error = Assert.Throws<ConfigurationException>(() => new ProcessBenchmark(new ProcessStartInfo("no-such-program")));

        Assert.StartsWith("'no-such-program' cannot be started: ", error.Message);
    }

    [Fact]
    public void StartUp_OfAProgram_TakesTime()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs sh");
        using var benchmark = new StartUpBenchmark(Shell("exit 0"), TimeProvider.System);

        Assert.True(benchmark.Run() > 0);
    }

    private static ProcessStartInfo Shell(string script) => new("sh", ["-c", script]);
}
