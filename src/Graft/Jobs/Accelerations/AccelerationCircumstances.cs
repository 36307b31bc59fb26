using Graft.Analysis;
using Graft.Latency;

namespace Graft.Jobs.Accelerations;

/// <summary>How the networks of an acceleration were trained, tested and measured, as far as its advice depends on it.</summary>
internal sealed record AccelerationCircumstances
{
    /// <summary>The latency budget in milliseconds.</summary>
    public required double BudgetMs { get; init; }

    /// <summary>Epochs of fine-tuning.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images that the networks were tested on.</summary>
    public required int TestImages { get; init; }

    /// <summary>Their classes; null where that is not known.</summary>
    public int? Classes { get; init; }

    /// <summary>The test accuracy of guessing always the most frequent class, in [0, 1]; null where that is not known.</summary>
    public double? Chance { get; init; }

    /// <summary>The teacher's latency beside the networks over that beside the operations.</summary>
    public double LatencyDrift { get; init; } = 1;

    /// <summary>The mean relative error of architectures' latencies as predicted, scaled by the drift; null where that is not known.</summary>
    public double? LatencyError { get; init; }

    /// <summary>The latencies of operations that selection went by.</summary>
    public IReadOnlyList<MedianInterval> OperationLatencies { get; init; } = [];

    /// <summary>To which part of the median, on either side, latencies were to be known (<see cref="LatencyProtocol.Precision"/>).</summary>
    public double LatencyPrecision { get; init; } = new LatencyProtocol().Precision;

    /// <summary>Where the operations were measured; null where that is here.</summary>
    public LatencyTarget? ForeignTarget { get; init; }

    /// <summary>In a sentence, what is wrong with the teacher's answers; null where nothing is.</summary>
    public string? TeacherFault { get; init; }
}
