using Graft.Data;

namespace Graft.Benchmarks;

/// <summary>Batches of training images, shuffled and augmented, as a training takes them.</summary>
public sealed class LoadingBenchmark : IBenchmark
{
    private const int Images = 12_800;

    private readonly BatchLoader _loader;
    private readonly TimeProvider _time;
    private int _epoch;

    /// <param name="augmentation">How images are varied.</param>
    /// <param name="batch">Images a batch.</param>
    /// <param name="time">The clock.</param>
    public LoadingBenchmark(AugmentationOptions augmentation, int batch, TimeProvider time)
    {
        var data = RandomImages.Create(Images);
        _loader = new(data.Train, data.Normalization, [.. Enumerable.Range(0, Images)], batch, augmentation, seed: 0);
        _time = time;
    }

    /// <inheritdoc/>
    public string Unit => "images/s";

    /// <inheritdoc/>
    public double Run()
    {
        long started = _time.GetTimestamp();
        foreach (var batch in _loader.Epoch(_epoch++))
        {
            batch.Dispose();
        }

        return Images / _time.GetElapsedTime(started).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
