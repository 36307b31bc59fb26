using System.Globalization;
using Graft.Networks;
using Graft.Onnx;
using Graft.Onnx.Import;
using Graft.Training;

namespace Graft.Cli.Views;

/// <summary>What was exported, and what it was checked by; as JSON and in words.</summary>
internal sealed class ExportView
{
    /// <summary>The network.</summary>
    public required NetworkDefinition Definition { get; init; }

    /// <summary>The ONNX file that it came from; null for networks of Graft's own.</summary>
    public required ImportedNetwork? Import { get; init; }

    /// <summary>What was written.</summary>
    public required OnnxExportOptions Options { get; init; }

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>How the file's answers differ from the network's.</summary>
    public required OnnxComparison Comparison { get; init; }

    /// <summary>The network's answers to the test images; null without data.</summary>
    public required EvaluationResult? Tested { get; init; }

    /// <summary>The data set that it was compared on; null for noise.</summary>
    public required string? Data { get; init; }

    /// <summary>The document of <c>--json</c>.</summary>
    public object Document => new
    {
        network = Definition.Name,
        file = File,
        bytes = Bytes,
        OperatorSet = Import?.OperatorSet ?? OnnxExport.OperatorSet,
        FoldBatchNorm = Import is null ? Options.FoldBatchNorm : (bool?)null,
        data = Data,
        Tested?.Accuracy,
        Comparison.Images,
        Comparison.MaxDifference,
        Comparison.Tolerance,
        Comparison.ClassesDiffering,
        onnxRuntime = OnnxModel.RuntimeVersion,
    };

    private long Bytes => new FileInfo(File).Length;

    /// <summary>Writes it in words.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="nextData">The data set that the next command may test the file on; null for none that is known.</param>
    /// <param name="images">That command's options on images, each after a blank.</param>
    public void Write(Terminal terminal, string? nextData, string images)
    {
        string size = Invariant($"{Bytes / 1e6:0.0} MB");
        if (Import is { } import)
        {
            terminal.WriteLine(
                Invariant(
                    $"as {Path.GetFileName(import.Path)}, with what changed: names, metadata and all else as in that file, operator set {import.OperatorSet}, {size}"
                )
            );
        }
        else
        {
            terminal.WriteLine(
                Invariant(
                    $"{Definition.Name}, batch norm {(Options.FoldBatchNorm ? "folded into convolutions" : "kept")}, operator set {OnnxExport.OperatorSet}, {size}"
                )
            );
            var image = Definition.Image;
            terminal.WriteLine(
                Invariant(
                    $"input 'images': fp32 [N, {image.Channels}, {image.Height}, {image.Width}], (pixel / 255 - mean) / std with mean {List(Options.Normalization.Mean)} and std {List(Options.Normalization.Std)}"
                )
            );
        }

        WriteChecked(terminal);
        terminal.WriteLine(
            $"written to {File}; next: graft evaluate {Format.Argument(File)} --data {(nextData is null ? "SOURCE" : Format.Argument(nextData))}{images}"
        );
    }

    private void WriteChecked(Terminal terminal)
    {
        terminal.WriteLine(
            Invariant(
                $"checked with ONNX Runtime {OnnxModel.RuntimeVersion} on {Comparison.Images:N0} {(Data is null ? "images of noise" : "test images")}: the same classes, logits differ by {Comparison.MaxDifference:0.0e+0} at most"
            )
        );
        if (Tested is { } tested)
        {
            terminal.WriteLine(Invariant($"accuracy {Format.Percent(tested.Accuracy)} % in fp32, which the file says ({NetworkMetadata.Accuracy})"));
        }
        else if (Options.Provenance.TryGetValue(NetworkMetadata.Accuracy, out string? known))
        {
            string precision = Options.Provenance.GetValueOrDefault(NetworkMetadata.AccuracyPrecision) ?? "fp32";
            terminal.WriteLine(
                $"accuracy {Format.Percent(double.Parse(known, CultureInfo.InvariantCulture))} % in {precision} as the acceleration has it, which the file says "
                    + $"({NetworkMetadata.Accuracy}); with --data the file itself is tested"
            );
        }
    }

    private static string List(IReadOnlyList<float> values) => Invariant($"({string.Join(", ", values.Select(v => Invariant($"{v:0.####}")))})");
}
