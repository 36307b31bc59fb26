using Graft.Data;
using Graft.Networks;
using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>Tests classifiers in ONNX files.</summary>
internal static class OnnxEvaluator
{
    private const int EvaluationBatch = 250, WarmUps = 10, FewestRuns = 30, MostRuns = 1000;

    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(2);

    /// <summary>Classifies images.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="images">The images.</param>
    /// <param name="normalization">How bytes become the classifier's input.</param>
    /// <param name="placesOfClasses">For each class of the labels, the place of its score (see <see cref="ClassOrder.PlacesOfDataClasses"/>); null for the same
    /// order.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <exception cref="DataException">The classifier cannot be run on the images, gives another number of scores, or scores that are not finite.</exception>
    public static OnnxEvaluation Evaluate(
        OnnxClassifier classifier,
        ImageSet images,
        Normalization normalization,
        IReadOnlyList<int>? placesOfClasses = null,
        CancellationToken cancellation = default
    )
    {
        var predicted = new List<int>(images.Count);
        foreach (var batch in BatchLoader.InOrder(images, normalization, null, EvaluationBatch))
        {
            using (batch)
            {
                cancellation.ThrowIfCancellationRequested();
                predicted.AddRange(classifier.Predict(batch.Images));
            }
        }

        if (placesOfClasses is not null)
        {
            var classAt = placesOfClasses.Index().ToDictionary(c => c.Item, c => c.Index);
            predicted = [.. predicted.Select(place => classAt[place])];
        }

        return new(predicted, predicted.Zip(images.Labels).Count(p => p.First == p.Second));
    }

    /// <summary>Measures how long a batch takes, after a warm-up, until the runs have taken 2 s together (30 runs at least, 1,000 at most).</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="image">The images that it takes.</param>
    /// <param name="batchSize">The images of a batch.</param>
    /// <param name="threads">The threads that it was loaded with, for the record.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    public static BatchLatency MeasureLatency(
        OnnxClassifier classifier, ImageShape image, int batchSize, int threads, TimeProvider time, CancellationToken cancellation = default)
    {
        using var generator = new Generator(1);
        using var x = randn([batchSize, image.Channels, image.Height, image.Width], generator: generator);
        using var input = classifier.InputOf(x);
        for (int i = 0; i < WarmUps; i++)
        {
            classifier.Run(input);
        }

        var milliseconds = new List<double>();
        long first = time.GetTimestamp();
        while (milliseconds.Count < FewestRuns || (milliseconds.Count < MostRuns && time.GetElapsedTime(first) < LongEnough))
        {
            cancellation.ThrowIfCancellationRequested();
            long started = time.GetTimestamp();
            classifier.Run(input);
            milliseconds.Add(time.GetElapsedTime(started).TotalMilliseconds);
        }

        return new(batchSize, threads, milliseconds);
    }
}
