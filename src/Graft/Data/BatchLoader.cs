using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Graft.Data.Augmentations;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Data;

/// <summary>
/// Describes how a training set is cut into batches: shuffled by seed and epoch, each image augmented by seed, epoch and its own index alone, so that
/// an epoch that is begun in the middle gives bit for bit the batches that the whole epoch gives there. Immutable; epochs may be enumerated side by side.
/// </summary>
internal sealed class BatchLoader
{
    private const int BatchesAhead = 3;
    private const long ShuffleStream = 1;
    private const long AugmentationStream = 2;

    private readonly ImageSet _set;
    private readonly Normalization _normalization;
    private readonly int[] _indices;
    private readonly int _batchSize;
    private readonly AugmentationOptions _augmentation;
    private readonly int _seed;

    /// <param name="set">The images.</param>
    /// <param name="normalization">How bytes become values; one mean and deviation for each channel.</param>
    /// <param name="indices">Which images an epoch visits, each an index of <paramref name="set"/>.</param>
    /// <param name="batchSize">The most images of a batch, at least 1; those of an epoch are shared out evenly.</param>
    /// <param name="augmentation">How the images are varied.</param>
    /// <param name="seed">Decides the order and the augmentation.</param>
    /// <exception cref="ArgumentException">An index, the batch size, the normalisation or an option of the augmentation is out of range.</exception>
    /// <exception cref="ConfigurationException">The augmentation cannot take images of so many channels.</exception>
    public BatchLoader(
        ImageSet set, Normalization normalization, IReadOnlyList<int> indices, int batchSize, AugmentationOptions augmentation, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (augmentation.Faults(nameof(augmentation)).FirstOrDefault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(augmentation));
        }

        foreach (var index in indices.Where(i => i < 0 || i >= set.Count))
        {
            throw new ArgumentException(Invariant($"Index {index} is not one of the set's {set.Count} images."), nameof(indices));
        }

        _ = new Augmenter(set.Shape, normalization, augmentation); // a wrong normalisation shall fail here, not on the producer's thread
        _set = set;
        _normalization = normalization;
        _indices = [.. indices];
        _batchSize = batchSize;
        _augmentation = augmentation;
        _seed = seed;
    }

    /// <summary>How many batches an epoch has.</summary>
    public int BatchesPerEpoch => (_indices.Length + _batchSize - 1) / _batchSize;

    /// <summary>
    /// Produces the batches of an epoch on a background thread, a few ahead. Leaving the enumeration early stops the thread and frees what it had made.
    /// </summary>
    /// <param name="epoch">The epoch; any number.</param>
    /// <param name="firstBatch">The first batch to give, in [0, <see cref="BatchesPerEpoch"/>].</param>
    /// <returns>The batches; the caller disposes each.</returns>
    public IEnumerable<Batch> Epoch(int epoch, int firstBatch = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, BatchesPerEpoch);
        return Prefetch.Ahead(Produce(() => Shuffled(epoch), epoch, firstBatch), BatchesAhead);
    }

    /// <summary>Produces batches in the given order, without augmentation, likewise ahead.</summary>
    /// <param name="set">The images.</param>
    /// <param name="normalization">How bytes become values.</param>
    /// <param name="indices">The images to give; null for all, in order.</param>
    /// <param name="batchSize">The most images of a batch, at least 1; they are shared out evenly.</param>
    /// <returns>The batches; the caller disposes each.</returns>
    /// <exception cref="ArgumentException">An index, the batch size or the normalisation is out of range.</exception>
    public static IEnumerable<Batch> InOrder(ImageSet set, Normalization normalization, IReadOnlyList<int>? indices, int batchSize)
    {
        var loader = new BatchLoader(set, normalization, indices ?? [.. Enumerable.Range(0, set.Count)], batchSize, AugmentationOptions.None, 0);
        return Prefetch.Ahead(loader.Produce(() => loader._indices, epoch: 0, firstBatch: 0), BatchesAhead);
    }

    private int[] Shuffled(int epoch)
    {
        // Fisher-Yates on a generator of our own: Random.Shuffle does not promise the same order in later versions of .NET.
        var order = (int[])_indices.Clone();
        var random = new SplitMix(Seed.Mix(_seed, ShuffleStream, epoch));
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private IEnumerable<Batch> Produce(Func<int[]> order, int epoch, int firstBatch)
    {
        // One for each thread that works on a batch at once.
        using var augmenters = new ThreadLocal<Augmenter>(() => new Augmenter(_set.Shape, _normalization, _augmentation));
        var indices = order();
        for (var batch = firstBatch; batch < BatchesPerEpoch; batch++)
        {
            // Sizes differ by one image at the most. A small last batch would give batch norm's stored statistics a tenth of its noise, every epoch.
            int start = StartOf(batch), end = StartOf(batch + 1);
            yield return Make(augmenters, indices.AsMemory(start, end - start), epoch);
        }
    }

    private int StartOf(int batch) => (int)((long)batch * _indices.Length / BatchesPerEpoch);

    private Batch Make(ThreadLocal<Augmenter> augmenters, ReadOnlyMemory<int> indices, int epoch)
    {
        var (channels, height, width) = _set.Shape;
        using var pixels = empty(indices.Length, height, width, channels, ScalarType.Float32);
        var labels = empty(indices.Length, ScalarType.Int64);
        try
        {
            var classes = MemoryMarshal.Cast<byte, long>(labels.bytes);
            for (var i = 0; i < classes.Length; i++)
            {
                classes[i] = _set.Labels[indices.Span[i]];
            }

            if (_set.IsInMemory && _augmentation.RandomResizedCrop is null)
            {
                var values = MemoryMarshal.Cast<byte, float>(pixels.bytes);
                for (var i = 0; i < indices.Length; i++)
                {
                    Write(i, values.Slice(i * _set.Shape.Size, _set.Shape.Size));
                }
            }
            else
            {
                // Decoding and scaling take far longer than all else; what an image becomes does not depend on the thread.
                Parallel.For(0, indices.Length, i => Write(i, MemoryMarshal.Cast<byte, float>(pixels.bytes).Slice(i * _set.Shape.Size, _set.Shape.Size)));
            }
        }
        catch (Exception exception)
        {
            labels.Dispose();
            if (exception is AggregateException { InnerException: { } first })
            {
                ExceptionDispatchInfo.Throw(first);
            }

            throw;
        }

        // [N, H, W, C] -> [N, C, H, W], still in the memory order of the first: channels-last.
        return new Batch(pixels.permute(0, 3, 1, 2).DetachFromDisposeScope(), labels.DetachFromDisposeScope());

        void Write(int i, Span<float> target)
        {
            var index = indices.Span[i];
            augmenters.Value!.Write(_set, index, new SplitMix(Seed.Mix(_seed, AugmentationStream, epoch, index)), target);
        }
    }
}
