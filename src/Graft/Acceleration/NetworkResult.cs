using Graft.Analysis;

namespace Graft.Acceleration;

/// <summary>A network that was tested.</summary>
public sealed record NetworkResult
{
    /// <summary>What it is: <c>teacher</c>, <c>accelerated</c>, <c>without distillation</c>, <c>teacher or identity</c>, <c>random</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The operation of each position.</summary>
    public required IReadOnlyList<string> Operations { get; init; }

    /// <summary>Test accuracy, after fine-tuning where there was some.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Test accuracy before fine-tuning; null for the teacher.</summary>
    public double? AccuracyBefore { get; init; }

    /// <summary>The sum of its scores; 0 for the teacher.</summary>
    public required double Score { get; init; }

    /// <summary>The latency that the table predicts, in milliseconds.</summary>
    public required double PredictedMs { get; init; }

    /// <summary>The measured latency in milliseconds: median and 95 % interval.</summary>
    public MedianInterval? LatencyMs { get; init; }

    /// <summary>Trainable parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates for one image.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Its weights (safetensors), relative to the workspace; null where there are none.</summary>
    public string? Weights { get; init; }

    /// <summary>Why there is no accuracy, if there is none.</summary>
    public string? Error { get; init; }
}
