using Graft.Jobs;

namespace Graft.Report.Tests;

public sealed class CostWordsTests
{
    [Fact]
    public void Of_LessThanAnHour_IsInMinutes() => Assert.Equal(
        "16.5 core-minutes: teacher 1.5, trial 15.0 (36 steps)",
        CostWords.Of(Provenance(new("teacher", 1, 45, 0.025), new("trial", 36, 900, 0.25)))
    );

    [Fact]
    public void Of_Hours_IsInHours() => Assert.Equal(
        "4.3 core-hours: distillation 1.3 (177 steps), fine-tuning 3.0 (7 steps)",
        CostWords.Of(Provenance(new("distillation", 177, 4680, 1.3), new("fine-tuning", 7, 10_800, 3)))
    );

    [Fact]
    public void Of_StepsThatWereThereBefore_SaysHowMuchOfIt()
    {
        var provenance = Provenance(new PhaseCost("distillation", 177, 4680, 1.3));

        Assert.Equal(
            "1.3 core-hours: distillation 1.3 (177 steps); 1.2 of them before this began, for steps that others needed, too",
            CostWords.Of(provenance with { EarlierCoreHours = 1.2 }));
        Assert.Equal("1.3 core-hours: distillation 1.3 (177 steps)", CostWords.Of(provenance with { EarlierCoreHours = 0.04 }));
    }

    [Fact]
    public void Of_NothingHasRun_IsNull() => Assert.Null(CostWords.Of(Provenance()));

    private static Provenance Provenance(params PhaseCost[] cost) => new()
    {
        Plan = "",
        DataFingerprint = "",
        Versions = new Dictionary<string, string>(),
        Machine = "",
        Device = "cpu",
        Precision = "fp32",
        Workers = 1,
        ThreadsPerWorker = 1,
        Started = default,
        StepSeconds = cost.Sum(c => c.Seconds),
        Cost = cost,
    };
}
