using MathNet.Numerics.Statistics;

namespace Graft.Onnx;

/// <summary>How long batches took.</summary>
/// <param name="BatchSize">The images of a batch.</param>
/// <param name="Threads">The threads that it was computed with.</param>
/// <param name="RunsMs">Each batch's time in milliseconds, in the order of the measurement.</param>
internal sealed record BatchLatency(int BatchSize, int Threads, IReadOnlyList<double> RunsMs)
{
    /// <summary>The median.</summary>
    public double MedianMs => RunsMs.Median();

    /// <summary>A quarter of the batches took less.</summary>
    public double LowerQuartileMs => RunsMs.LowerQuartile();

    /// <summary>A quarter of the batches took more.</summary>
    public double UpperQuartileMs => RunsMs.UpperQuartile();
}
