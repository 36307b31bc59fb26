using Graft.Jobs.Accelerations;
using Graft.Steps;

namespace Graft.Tests.Jobs.Accelerations;

public sealed class ArchitectureAgreementTests
{
    private const string Cheap = "identity";

    private static readonly Place Run = new(3, 4);

    private static readonly Dictionary<OperationAt, double> Scores =
        new() { [new(1, Cheap)] = 0.1, [new(2, Cheap)] = 0.2, [new(3, Cheap)] = 0.45, [new(Run, Cheap)] = 0.5 };

    // Below one another in the report: the same architectures, the unchanged one among them. A random one may be a selected one: it stands in both
    // groups, and among all once.
    [Fact]
    public void Fit_SumOfScores_OrdersAsTheTableSays()
    {
        var agreement = new ArchitectureAgreement(new(), [Architecture(0.001), Architecture(0.2, "1"), Architecture(0.15, "2")], [
            Architecture(0.4, "1", "2"), Architecture(0.6, "3-4"), Architecture(0.5, "1", "3-4"), Architecture(0.3, "3"), Architecture(0.2, "1"),
        ]);

        var all = agreement.Order[^1];

        Assert.Equal([3, 5, 7], agreement.Order.Select(order => order.Count));
        Assert.Equal(all.Score!.KendallTau, agreement.Fit(Scores)!.SumTau, 1e-12);
    }

    [Fact]
    public void LatencyErrorOf_OneDisturbed_IsOfTheOthers() => Assert.Equal(
        0.1,
        ArchitectureAgreement.LatencyErrorOf([
            Architecture(0.1, "1") with { PredictedMs = 1.1, LatencyMs = new(1, 0.99, 1.01, 9) },
            Architecture(0.2, "2") with { PredictedMs = 0.3, LatencyMs = new(1.849, 0.440, 2.649, 9) },
        ])!.Value,
        1e-9);

    private static ArchitectureResult Architecture(double divergence, params string[] changed)
    {
        Place[] places = changed.Contains("3-4") ? [1, 2, Run] : [1, 2, 3, 4];
        string[] operations = [.. places.Select(place => changed.Contains($"{place}") ? Cheap : "teacher")];
        return new()
        {
            Operations = operations,
            Places = places,
            Score = places.Zip(operations).Sum(o => Scores.GetValueOrDefault(new(o.First, o.Second))),
            KullbackLeibler = divergence,
            PredictedMs = 1,
            Parameters = 1,
            MultiplyAccumulates = 1,
        };
    }
}
