using Graft.Benchmarks;

namespace Graft.Tests.Benchmarks;

public sealed class InterleavedRunTests
{
    [Fact]
    public void Measure_TwoCases_WarmsUpThenTakesTurnsAndDisposes()
    {
        var log = new List<string>();

        var results = InterleavedRun.Measure([Case("a", log), Case("b", log)], rounds: 2);

        Assert.Equal(["a1", "b1", "a2", "b2", "a3", "b3", "a disposed", "b disposed"], log);
        Assert.Equal([2, 3], results[0].Values);
        Assert.Equal(("b", "runs", 2.5, 2.0, 3.0), (results[1].Subject, results[1].Unit, results[1].Median, results[1].Low, results[1].High));
    }

    [Fact]
    public void Measure_CaseThatCannotBeSetUp_DisposesTheOthers()
    {
        var log = new List<string>();

        Assert.Throws<ConfigurationException>(() =>
            InterleavedRun.Measure([Case("a", log), new("b", () => throw new ConfigurationException("no"))], rounds: 1)
        );

        Assert.Equal(["a1", "a disposed"], log);
    }

    [Fact]
    public void RatioTo_DriftingMachine_IsTheMedianOfTheRatiosOfRounds()
    {
        var one = new Measurement("one", "images/s", [100, 200, 40]);
        var other = new Measurement("other", "images/s", [50, 100, 10]);

        Assert.Equal(2, one.RatioTo(other));
    }

    private static BenchmarkCase Case(string name, List<string> log) => new(name, () => new Counter(name, log));

    private sealed class Counter(string name, List<string> log) : IBenchmark
    {
        private int _runs;

        public string Unit => "runs";

        public double Run()
        {
            log.Add($"{name}{++_runs}");
            return _runs;
        }

        public void Dispose() => log.Add($"{name} disposed");
    }
}
