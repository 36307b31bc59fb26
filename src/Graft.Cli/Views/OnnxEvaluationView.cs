using Graft.Data;
using Graft.Onnx;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>How an ONNX file did, and how fast.</summary>
internal sealed class OnnxEvaluationView : EvaluationView
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The network's name in the file's metadata; null for none.</summary>
    public required string? Network { get; init; }

    /// <summary>How the file says that images were scaled, where that was done; null where the command line says it, or nobody does.</summary>
    public required ImageScaling? Scaling { get; init; }

    /// <summary>What is to be said of a file that seems to be no classifier; null for nothing.</summary>
    public required string? FileRemark { get; init; }

    /// <summary>The answers.</summary>
    public required OnnxEvaluation Result { get; init; }

    /// <summary>The latency of a batch.</summary>
    public required BatchLatency Latency { get; init; }

    /// <inheritdoc/>
    public override object Document => new
    {
        model = File,
        network = Network,
        data = Images.Name,
        Result.Accuracy,
        Result.Correct,
        images = Images.Test.Count,
        normalization = NormalizationSource,
        reorderedClasses = ReordersClasses,
        remark = Remark,
        latency = new
        {
            Latency.BatchSize,
            Latency.Threads,
            runs = Latency.RunsMs.Count,
            Latency.MedianMs,
            Latency.LowerQuartileMs,
            Latency.UpperQuartileMs,
        },
        onnxRuntime = OnnxModel.RuntimeVersion,
    };

    /// <inheritdoc/>
    protected override int Correct => Result.Correct;

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Predicted => Result.Predicted;

    /// <inheritdoc/>
    protected override IEnumerable<string> Subject =>
    [
        Invariant($"{File}, run by ONNX Runtime {OnnxModel.RuntimeVersion} on the CPU; {Pixels}"),
        .. FileRemark is { } remark ? [Terminal.Note($"{File}: {remark}")] : Array.Empty<string>(),
        .. Scaling is { Resize: var resize, Crop: var crop }
            ? [Invariant($"images scaled as the file says: the shorter side to {resize} pixels, the middle {crop}x{crop} taken")]
            : Array.Empty<string>(),
        Invariant(
            $"latency of {Plural.Of(Latency.BatchSize, "image")} with {Plural.Of(Latency.Threads, "thread")}: median {Latency.MedianMs:0.000} ms, half of the runs (n = {Latency.RunsMs.Count:N0}) between {Latency.LowerQuartileMs:0.000} and {Latency.UpperQuartileMs:0.000} ms; measured by itself ('graft accelerate' measures in turns with the teacher)"
        ),
    ];
}
