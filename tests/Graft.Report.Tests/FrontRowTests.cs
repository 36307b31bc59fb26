using Graft.Jobs.Accelerations;

namespace Graft.Report.Tests;

public sealed class FrontRowTests
{
    // The teacher takes 2 ms now, as the machine is half as fast as when operations were measured.
    [Fact]
    public void Of_ArchitectureThatIsBestForSeveralBudgets_StandsOnceWithAllOfThem()
    {
        ArchitectureResult[] front = [Architecture("a", 0.7, 3), Architecture("b", 1.2, 2), Architecture("b", 1.2, 2), Architecture("c", 2, 1)];

        Assert.Equal([("a", "40 to 50"), ("b", "60 to 90"), ("c", "100")], Rows(front, teacherTableMs: 1, drift: 2));
    }

    [Fact]
    public void Of_LatencyNotKnown_HasADash() => Assert.Equal([("a", "–")], Rows([Architecture("a", 0.7, 3)], teacherTableMs: 0, drift: 1));

    private static IEnumerable<(string Operation, string Budgets)> Rows(IReadOnlyList<ArchitectureResult> front, double teacherTableMs, double drift) =>
        FrontRow.Of(AccelerationReportTests.Acceleration() with { Front = front, TeacherTableMs = teacherTableMs, LatencyDrift = drift })
            .Select(row => (row.Architecture.Operations[0], row.Budgets));

    private static ArchitectureResult Architecture(string operation, double ms, double score) => new()
    {
        Operations = [operation],
        Places = [1],
        PredictedMs = ms,
        Score = score,
        Parameters = 1,
        MultiplyAccumulates = 1,
    };
}
