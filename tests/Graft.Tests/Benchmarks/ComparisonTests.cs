using System.Diagnostics;
using Graft.Benchmarks;

namespace Graft.Tests.Benchmarks;

public sealed class ComparisonTests
{
    private static readonly BenchmarkSuite Suite = new("wrn-10-1", cores: 2, arguments => new ProcessStartInfo("graft", arguments), TimeProvider.System)
    {
        Peer = ("python3", "peer.py"),
    };

    [Fact]
    public void Of_AllMeasured_GivesEachRatio()
    {
        var measurements = Suite.Cases.Select(c => new Measurement(c.Subject, "", [RateOf(c.Subject)])).ToList();

        // 6 operations a multiply-accumulate and image: 1e8 of them at 200 images/s are 120 GFLOP/s, of 240.
        var ratios = Comparison.Of(Suite, measurements, multiplyAccumulates: 100_000_000).ToDictionary(c => c.Text, c => c.Ratio);

        Assert.Equal(200.0 / 160, ratios["training, one process, to PyTorch tuned (bf16, channels-last, same allocator)"]);
        Assert.Equal(200.0 / 80, ratios["training, one process, to PyTorch's defaults"]);
        Assert.Equal(250.0 / 210, ratios["training, 2 processes of 1 thread, to PyTorch tuned likewise"]);
        Assert.Equal(250.0 / 210, ratios["training, the best of ours to the best of PyTorch's"]);
        Assert.Equal(0.5, ratios["training, 2 thread(s), to the bound of the bf16 matrix rate"], 12);
    }

    [Fact]
    public void Of_NothingOfPyTorchMeasured_GivesOnlyWhatIsThere()
    {
        var measurements = Suite.Cases.Where(c => !c.Subject.Contains("PyTorch")).Select(c => new Measurement(c.Subject, "", [RateOf(c.Subject)])).ToList();

        Assert.All(Comparison.Of(Suite, measurements, 100_000_000), c => Assert.DoesNotContain("PyTorch", c.Text));
    }

    [Fact]
    public void Cases_AllOfThem_HaveSubjectsOfTheirOwn()
    {
        var subjects = Suite.Cases.Select(c => c.Subject).ToList();

        Assert.Equal(subjects.Count, subjects.Distinct().Count());
    }

    private static double RateOf(string subject) => subject switch
    {
        _ when subject.StartsWith("matrix product, bf16, 2", StringComparison.Ordinal) => 240,
        "train wrn-10-1, bf16, 2 threads" => 200,
        "train wrn-10-1, bf16, 2 processes of 1 thread" => 250,
        "PyTorch tuned: train wrn-10-1, 2 threads" => 160,
        "PyTorch tuned: train wrn-10-1, 2 processes of 1 thread" => 210,
        "PyTorch default: train wrn-10-1, 2 threads" => 80,
        _ => 1,
    };
}
