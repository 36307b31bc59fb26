using Graft.Latency;
using Graft.Operations;
using Graft.Selection;
using Graft.Steps;

namespace Graft.Tests.Steps;

public sealed class OperationLatenciesTests
{
    private const string Conv = "conv-stack(w=1/2,k=3)";
    private const double CallMs = 0.01;

    private static readonly OperationAt[] Own = [new(1, "teacher"), new(2, "teacher")];
    private static readonly OperationAt[] Smallest = [new(1, Conv), new(2, Conv)];
    private static readonly OperationAt Run = new(new(1, 2), "teacher");

    // By themselves each of the teacher's operations takes 1 ms, and the convolution 0.25: the smallest network should take 1.5 ms less.
    [Theory]
    [InlineData(2.5, 1.0, 1.0)]
    [InlineData(4.0, 1.5, 2.5 / 1.5)] // one after another they take more: weights are not in the cache
    [InlineData(1.6, 0.4, 0.8)] // the one measurement fell on a slow moment
    [InlineData(3.0, 0.1, 1.5)] // as little as would leave nothing outside the positions
    [InlineData(2.0, 2.1, 0.5)] // no faster: other programs ran, and nothing is said of operations that take less than nothing
    [InlineData(2.5, null, 1.0)] // nothing smaller was measured
    public void Of_WholeNetworks_ScalesOperationsSoThatTheyAddUpToBoth(double teacherMs, double? smallestMs, double factor)
    {
        var latencies = Latencies(teacherMs, smallestMs is { } ms ? (Smallest, [ms]) : null);

        Assert.Equal(factor, latencies.Of(Own[0]), 9);
        Assert.Equal(0.25 * factor, latencies.Of(Smallest[1]), 9);
        Assert.Equal(0, latencies.Of(new(1, "identity")));
        Assert.Equal(2, latencies.TeacherSumMs, 9);
    }

    [Theory]
    [InlineData(1.0, 0.4, 0.45, 0.5, 0.55, 0.6)] // 0.5 would be 1, and it may be that
    [InlineData(14.0 / 15, 0.6, 0.62, 0.65, 0.68, 0.7)] // 0.6 is as near as it may be
    public void Of_SmallestNetworkThatIsNotKnownWell_IsByItselfAsFarAsItMayBe(double factor, params double[] smallestMs) =>
        Assert.Equal(factor, Latencies(2, (Smallest, smallestMs)).Of(Own[0]), 9);

    [Fact]
    public void Of_SmallestNetworkOfARun_CountsTheOperationsThatItStandsFor() =>
        Assert.Equal(1.2, Latencies(teacherMs: 3, ([Run], [1.8])).Of(Run), 9);

    [Theory]
    [InlineData(4.0, 1.5)]
    [InlineData(1.6, 0.4)]
    public void ProblemOf_Architectures_CostWhatBothNetworksTook(double teacherMs, double smallestMs)
    {
        var latencies = Latencies(teacherMs, (Smallest, [smallestMs]));

        var problem = latencies.ProblemOf(
            [.. Own.Concat(Smallest).OrderBy(at => at.Place.First).Select(at => (at, new OperationChoice(at.Operation, 0, new(latencies.Of(at), 0, 0))))],
            parameters: 0, multiplyAccumulates: 0, budgetMs: 1);

        Assert.Equal(teacherMs, problem.Outside.LatencyMs + problem.Positions.Sum(p => p[0].Cost.LatencyMs), 9);
        Assert.Equal(smallestMs, problem.Outside.LatencyMs + problem.Positions.Sum(p => p[1].Cost.LatencyMs), 9);
    }

    private static OperationLatencies Latencies(double teacherMs, (IReadOnlyList<OperationAt> Changes, double[] Ms)? smallest)
    {
        IReadOnlyList<(OperationAt At, double Ms)> operations = [.. Own.Select(o => (o, 1.0)), .. Smallest.Select(o => (o, 0.25)), (Run, 1.0)];
        return new(
            new()
            {
                Data = "data",
                Network = "network",
                Precision = Precision.Float32,
                Target = new("m", "r", 1, 1),
                Protocol = new(),
                Operations = [.. operations.Select(o => o.At)],
                Architectures = smallest is { } network ? [network.Changes] : [],
            },
            new()
            {
                Call = Entry(CallMs),
                Teacher = Entry(teacherMs),
                Operations = [.. operations.Select(o => Entry(o.Ms + CallMs))],
                Architectures = smallest is { } measured ? [Entry(measured.Ms)] : [],
                Entries = new Dictionary<string, LatencyEntry>(),
            });
    }

    // Six samples of each value at the least: the interval of the median of few reaches from the least to the largest.
    private static LatencyEntry Entry(params double[] ms) =>
        new() { Name = "x", SamplesMs = [.. ms.Length == 1 ? Enumerable.Repeat(ms[0], 9) : ms.Append(ms[^1])], IsDone = true };
}
