using Graft.Analysis;

namespace Graft.Jobs.Accelerations;

/// <summary>An architecture, predicted and judged without training.</summary>
public sealed record ArchitectureResult
{
    /// <summary>A name that is the same for the same operations at the same places.</summary>
    internal static string NameOf(IEnumerable<Place> places, IEnumerable<string> operations) => string.Join(" ", operations.Concat(places.Select(p => $"{p}")));

    /// <summary>The operation of each place.</summary>
    public required IReadOnlyList<string> Operations { get; init; }

    /// <summary>The places, ascending: together they are all positions. Empty in documents of versions that knew single positions only.</summary>
    public IReadOnlyList<Place> Places { get; init; } = [];

    /// <summary>The sum of its scores: the predicted loss of quality.</summary>
    public required double Score { get; init; }

    /// <summary>How far the score may be above the best one; 0 where it is proven optimal, null where nothing was optimised.</summary>
    public double? Gap { get; init; }

    /// <summary>The latency that the table predicts, in milliseconds.</summary>
    public required double PredictedMs { get; init; }

    /// <summary>The measured latency in milliseconds.</summary>
    public MedianInterval? LatencyMs { get; init; }

    /// <summary>Mean cross-entropy on training images, batch norm in batch statistics, before any training.</summary>
    public double? Loss { get; init; }

    /// <summary>Mean Kullback-Leibler divergence from the teacher on the same images.</summary>
    public double? KullbackLeibler { get; init; }

    /// <summary>Accuracy on the same training images; batch statistics make it better than that of the network as it is.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Trainable parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates for one image.</summary>
    public required long MultiplyAccumulates { get; init; }
}
