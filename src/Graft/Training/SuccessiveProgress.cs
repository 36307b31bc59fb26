namespace Graft.Training;

/// <summary>The progress of trainings that follow one another, as that of one: where a training begins anew, what was done before counts on.</summary>
/// <param name="progress">Is told.</param>
/// <param name="images">Images that all of them pass over.</param>
internal sealed class SuccessiveProgress(IProgress<TrainingProgress> progress, long images) : IProgress<TrainingProgress>
{
    private long _before, _last;

    /// <summary>The same for trainings whose loss is another one, or of no interest.</summary>
    public IProgress<TrainingProgress> WithoutLoss => new Lossless(this);

    public void Report(TrainingProgress value)
    {
        _before += value.Images < _last ? _last : 0;
        _last = value.Images;
        progress.Report(value with { Images = Math.Min(_before + value.Images, images), TotalImages = images });
    }

    private sealed class Lossless(SuccessiveProgress all) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => all.Report(value with { Loss = double.NaN });
    }
}
