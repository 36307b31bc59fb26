using System.CommandLine;
using System.Security.Cryptography;
using Graft.Data;
using Graft.Networks;
using Graft.Onnx;
using Graft.Onnx.Import;
using Graft.Training;
using TorchSharp;

namespace Graft.Cli.Commands;

/// <summary><c>graft export</c>: weights to an ONNX file that is checked before it is written.</summary>
internal sealed class ExportCommand
{
    private const int StandardSize = 32;

    private readonly Terminal _terminal;
    private readonly Option<string> _workspace = CommonOptions.Workspace();
    private readonly Option<string> _output = CommonOptions.Out(null, "An ONNX file. [default: WEIGHTS with the ending .onnx]", ".onnx");
    private readonly Option<string> _network = CommonOptions.Network(more: "For weights that do not say it; or the ONNX file to write them back into.");
    private readonly Option<string> _data = CommonOptions.Data(more: "The file names its classes and is checked on its test images; without it, on noise.");
    private readonly Option<int> _size = new("--size")
    {
        Description = "Height and width of the images, where neither file nor data says it.",
        HelpName = "N",
        DefaultValueFactory = _ => StandardSize,
    };
    private readonly Option<bool> _noFold = new("--no-fold") { Description = "Keep batch norm and parallel convolutions as layers of their own." };
    private readonly Option<bool> _reorderClasses = ClassesOption.Create();
    private readonly ImageOption _images = new();
    private readonly ImportOptions _import = new();
    private readonly Option<string> _dataDirectory = CommonOptions.DataDirectory();
    private readonly Option<bool> _force = CommonOptions.Force();
    private readonly Option<bool> _json = CommonOptions.Json();

    private readonly ExportSourceOptions _source;

    private ExportCommand(Terminal terminal) => (_terminal, _source) = (terminal, new(terminal, _workspace, _data, _dataDirectory));

    public static Command Create(Terminal terminal)
    {
        var export = new ExportCommand(terminal);
        var command = new Command("export", "Write weights as an ONNX file, checked with ONNX Runtime.")
        {
            export._source.Weights,
            export._source.From,
            export._source.Row,
            export._source.Epochs,
            export._source.Seed,
            export._output,
            export._network,
            export._data,
            export._size,
            export._noFold,
            export._reorderClasses,
            export._force,
            export._workspace,
            export._dataDirectory,
            export._json,
        };
        export._images.All.Append(export._import.OutputAlone).ToList().ForEach(command.Options.Add);
        command.SetAction((parsed, cancellation) => Task.Run(() => export.RunAsync(parsed, cancellation), cancellation));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        bool hasData = parsed.GetValue(_data) is not null;
        CommonOptions.RefuseIdle(parsed, hasData ? [_size] : [.. _images.Decoding, _reorderClasses], hasData ? "with --data" : "without --data");
        var source = await _source.ReadAsync(parsed, trained => RequireTarget(parsed, trained), cancellation);
        string path = source.Weights;
        string target = RequireTarget(parsed, source.Target, path);
        var (given, own) = (_images.ReadNormalization(parsed), NetworkWeights.ReadNormalization(path));
        var normalization = given ?? own;
        var data = parsed.GetValue(_data) is { } images
            ? CommonOptions.LoadData(_terminal, images, _images.Read(parsed, null), parsed.GetValue(_dataDirectory)!, cancellation)
            : null;
        using var origin =
            parsed.GetValue(_network) is null && source.Network is { } known
                ? NamedNetwork.InWorkspace(known, parsed.GetValue(_workspace)!)
                : NamedNetwork.Read(
                    parsed.GetValue(_network),
                    _import.Read(parsed),
                    image: data?.Test.Shape ?? new(3, parsed.GetValue(_size), parsed.GetValue(_size)),
                    weights: path
                );
        var names = NetworkWeights.ReadClassNames(path);
        var order = data is null ? null : ClassesOption.Require(parsed, _reorderClasses, path, names, data);
        var options = new OnnxExportOptions
        {
            Normalization = normalization ?? data?.Normalization ?? throw new ConfigurationException(
                $"{path} does not say how its pixels were normalised: name its data set with --data, or give --mean and --std."
            ),
            ClassNames = data?.ClassNames ?? names,
            FoldBatchNorm = !parsed.GetValue(_noFold),
        };
        using var model = Open(path, origin, data, parsed.GetValue(_size), options.Normalization);
        if (order is not null)
        {
            model.ReorderClasses(order.PlacesOfDataClasses);
        }

        var accuracy = data is null ? null : Evaluator.Evaluate(model, data.Test, options.Normalization, null, torch.CPU, cancellation);
        var provenance = new Dictionary<string, string>(source.Origin) { ["weights"] = Path.GetFileName(path), ["weights_sha256"] = Sha256(path) };
        if (accuracy is not null)
        {
            provenance[NetworkMetadata.Accuracy] = Invariant($"{accuracy.Accuracy:0.0000}");
        }

        options = options with { Provenance = provenance };
        ImageOption.NoteContradiction(
            _terminal, given, path, own, "the exported file will say the latter, and is wrong where the weights are right");
        var comparison = NetworkExport.Save(model, origin.Import, options, target, data, cancellation);
        var exported = new Exported(model.Definition, origin.Import, options, target, comparison, accuracy, data?.Name);
        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(Document(exported));
        }
        else
        {
            Write(exported, data?.Name ?? source.Data, _images.Repeat(parsed));
        }

        return 0;
    }

    // The file to write: the one that is named, or another.
    private string RequireTarget(ParseResult parsed, string otherwise, string? weights = null)
    {
        string target = parsed.GetValue(_output) ?? otherwise;
        OutputFile.Require(parsed.GetValue(_output) is null ? "the output" : _output.Name, target, weights, parsed.GetValue(_network));
        OutputFile.RequireNew(target, parsed.GetValue(_force));
        return target;
    }

    // The network with its weights, for the images of the data, else of the ONNX file, else of the weights.
    private static Network Open(string path, NamedNetwork origin, ImageData? data, int size, Normalization normalization)
    {
        var (shape, classes) =
            data is not null ? (data.Test.Shape, data.ClassNames.Count)
            : origin.Import is { Definition: var own } ? (own.Image, own.Classes)
            : NetworkWeights.ReadShape(path, size);
        normalization.RequireChannels(shape);
        return NetworkWeights.Open(path, shape, classes, origin.Name);
    }

    // What was exported, and what it was checked by.
    private sealed record Exported(
        NetworkDefinition Definition,
        ImportedNetwork? Import,
        OnnxExportOptions Options,
        string File,
        OnnxComparison Comparison,
        EvaluationResult? Tested,
        string? Data
    )
    {
        public long Bytes { get; } = new FileInfo(File).Length;
    }

    private static object Document(Exported exported) => new
    {
        network = exported.Definition.Name,
        file = exported.File,
        bytes = exported.Bytes,
        OperatorSet = exported.Import?.OperatorSet ?? OnnxExport.OperatorSet,
        FoldBatchNorm = exported.Import is null ? exported.Options.FoldBatchNorm : (bool?)null,
        data = exported.Data,
        exported.Tested?.Accuracy,
        exported.Comparison.Images,
        exported.Comparison.MaxDifference,
        exported.Comparison.Tolerance,
        exported.Comparison.ClassesDiffering,
        onnxRuntime = OnnxModel.RuntimeVersion,
    };

    private void Write(Exported exported, string? nextData, string images)
    {
        WriteFile(exported);
        WriteChecked(exported);
        _terminal.WriteLine(
            $"written to {exported.File}; next: graft evaluate {Format.Argument(exported.File)} --data {(nextData is { } name ? Format.Argument(name) : "SOURCE")}{images}"
        );
    }

    private void WriteFile(Exported exported)
    {
        var (definition, options) = (exported.Definition, exported.Options);
        if (exported.Import is { } import)
        {
            _terminal.WriteLine(
                Invariant(
                    $"as {Path.GetFileName(import.Path)}, with what changed: names, metadata and all else as in that file, operator set {import.OperatorSet}, {exported.Bytes / 1e6:0.0} MB"
                )
            );
            return;
        }

        _terminal.WriteLine(
            Invariant(
                $"{definition.Name}, batch norm {(options.FoldBatchNorm ? "folded into convolutions" : "kept")}, operator set {OnnxExport.OperatorSet}, {exported.Bytes / 1e6:0.0} MB"
            )
        );
        var image = definition.Image;
        _terminal.WriteLine(
            Invariant(
                $"input 'images': fp32 [N, {image.Channels}, {image.Height}, {image.Width}], (pixel / 255 - mean) / std with mean {List(options.Normalization.Mean)} and std {List(options.Normalization.Std)}"
            )
        );
    }

    private void WriteChecked(Exported exported)
    {
        var comparison = exported.Comparison;
        _terminal.WriteLine(
            Invariant(
                $"checked with ONNX Runtime {OnnxModel.RuntimeVersion} on {comparison.Images:N0} {(exported.Data is null ? "images of noise" : "test images")}: the same classes, logits differ by {comparison.MaxDifference:0.0e+0} at most"
            )
        );
        if (exported.Tested is { } tested)
        {
            _terminal.WriteLine(Invariant($"accuracy {Format.Percent(tested.Accuracy)} % in fp32, which the file says ({NetworkMetadata.Accuracy})"));
        }
    }

    private static string List(IReadOnlyList<float> values) => Invariant($"({string.Join(", ", values.Select(v => Invariant($"{v:0.####}")))})");

    private static string Sha256(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
