using Graft.Training;

namespace Graft.Tests.Training;

public class SuccessiveProgressTests
{
    [Fact]
    public void Report_OneTrainingAfterAnother_CountsOnAndKeepsTheLastOnesLoss()
    {
        var told = new List<TrainingProgress>();
        var progress = new SuccessiveProgress(new Listener(told), images: 100);

        progress.WithoutLoss.Report(new(10, 20, 3));
        progress.WithoutLoss.Report(new(20, 20, 2));
        progress.WithoutLoss.Report(new(10, 20, 5));
        progress.WithoutLoss.Report(new(20, 20, 4));
        progress.Report(new(5, 60, 1));
        progress.Report(new(60, 60, 0.5));

        Assert.Equal([10, 20, 30, 40, 45, 100], told.Select(t => t.Images));
        Assert.Equal([double.NaN, double.NaN, double.NaN, double.NaN, 1, 0.5], told.Select(t => t.Loss));
        Assert.All(told, t => Assert.Equal(100, t.TotalImages));
    }

    [Fact]
    public void Report_MoreThanWasForeseen_StaysAtTheEnd()
    {
        var told = new List<TrainingProgress>();
        new SuccessiveProgress(new Listener(told), images: 10).Report(new(12, 12, 1));

        Assert.Equal(10, told.Single().Images);
    }

    private sealed class Listener(List<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told.Add(value);
    }
}
