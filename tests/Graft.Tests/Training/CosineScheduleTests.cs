using CsCheck;
using Graft.Tests.Fixtures;
using Graft.Training;

namespace Graft.Tests.Training;

public sealed class CosineScheduleTests
{
    private static readonly Gen<CosineSchedule> Any =
        from peak in Gen.Double[1e-4, 10]
        from steps in Gen.Int[1, 300]
        from warmUp in Gen.Int[0, steps - 1]
        select new CosineSchedule(peak, steps, warmUp);

    [Fact]
    public void At_WithoutWarmUp_StartsAtThePeakAndHalvesInTheMiddleAndEndsAtZero()
    {
        var schedule = new CosineSchedule(0.4, 100, 0);

        Assert.Equal([0.4, 0.2, 0.0], new[] { 0, 50, 100 }.Select(schedule.At), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void At_WithWarmUp_RisesInEqualPartsToThePeak()
    {
        var schedule = new CosineSchedule(0.5, 100, 4);

        Assert.Equal([0.1, 0.2, 0.3, 0.4, 0.5], Enumerable.Range(0, 5).Select(schedule.At), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void At_AnyStep_IsPositiveAndNotAboveThePeak() => Any.ForAll(schedule =>
        Enumerable.Range(0, schedule.Steps).Select(schedule.At).All(rate => rate > 0 && rate <= schedule.Peak));

    [Fact]
    public void At_AnySchedule_RisesUntilTheWarmUpEndsAndFallsAfterIt() => Any.ForAll(schedule =>
        Enumerable.Range(0, schedule.Steps).All(step => step < schedule.WarmUpSteps
            ? schedule.At(step) < schedule.At(step + 1)
            : schedule.At(step) > schedule.At(step + 1)));

    [Fact]
    public void At_AnySchedule_PeaksRightAfterTheWarmUp() => Any.ForAll(schedule => schedule.At(schedule.WarmUpSteps) == schedule.Peak);

    [Fact]
    public void At_TheEndAndBeyond_IsZero() => Any.ForAll(schedule => schedule.At(schedule.Steps) < 1e-12 && schedule.At(schedule.Steps + 9) < 1e-12);

    [Fact]
    public void At_TheFallingHalf_IsSymmetricAboutHalfThePeak() => Any.ForAll(schedule =>
    {
        int falling = schedule.Steps - schedule.WarmUpSteps;
        return Enumerable.Range(0, falling + 1).All(i =>
            Math.Abs(schedule.At(schedule.WarmUpSteps + i) + schedule.At(schedule.Steps - i) - schedule.Peak) < 1e-9 * schedule.Peak);
    });
}
