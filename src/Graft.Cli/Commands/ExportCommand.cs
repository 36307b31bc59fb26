using System.CommandLine;
using Graft.Cli.Views;
using Graft.Data;
using Graft.Data.Download;
using Graft.Jobs;
using Graft.Networks;
using Graft.Onnx;
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
        string target = RequireTarget(parsed, source.Target, source.Weights);
        var view = Export(parsed, source, target, cancellation);
        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(view.Document);
        }
        else
        {
            string known = view.Data is null ? ImageOption.Decoded(source.Images) : "";
            view.Write(_terminal, nextData: view.Data ?? source.Data, images: $"{known}{_images.Repeat(parsed)}");
        }

        return 0;
    }

    private ExportView Export(ParseResult parsed, ExportSource source, string target, CancellationToken cancellation)
    {
        string path = source.Weights;
        var (given, own) = (_images.ReadNormalization(parsed), NetworkWeights.ReadNormalization(path));
        var scaling = source.Images?.Scaling ?? NetworkWeights.ReadScaling(path);
        var images = _images.Read(parsed, ImageScaling.Complete(source.Images, scaling));
        using var before = parsed.GetValue(_data) is { } name && DataSource.OutlineOf(name, images) is { } known
            ? Open(parsed, source, known) // what does not fit is said before it is downloaded
            : null;
        var data = Load(parsed, source, images, cancellation);
        using var after = before is null ? Open(parsed, source, data?.Outline) : null;
        var (origin, model, order) = (before ?? after)!;
        var options = new OnnxExportOptions
        {
            Normalization = given ?? own ?? data?.Normalization ?? throw new ConfigurationException(
                $"{path} does not say how its pixels were normalised: name its data set with --data, or give --mean and --std."
            ),
            Scaling = data is null ? scaling : data.Scaling,
            ClassNames = data?.ClassNames ?? NetworkWeights.ReadClassNames(path),
            FoldBatchNorm = !parsed.GetValue(_noFold),
        };
        options.Normalization.RequireChannels(model.Definition.Image);
        if (order is not null)
        {
            model.ReorderClasses(order.PlacesOfDataClasses);
        }

        var tested = data is null ? null : Evaluator.Evaluate(model, data.Test, options.Normalization, null, torch.CPU, cancellation);
        if (tested is not null)
        {
            ClassPermutation.RequireNone(tested.Predicted, data!, target);
        }

        options = options with { Provenance = Provenance(source, tested) };
        const string Consequence = "the exported file will say the latter, and is wrong where the weights are right";
        ImageOption.NoteContradiction(_terminal, data?.Scaling, path, scaling, Consequence);
        ImageOption.NoteContradiction(_terminal, given, path, own, Consequence);
        _terminal.WriteProgressNote(data is null ? null : TeacherWeights.SizeRemark(path, data.Test.Shape));
        var comparison = NetworkExport.Save(model, origin.Import, options, target, data, cancellation);
        return new()
        {
            Definition = model.Definition,
            Import = origin.Import,
            Options = options,
            File = target,
            Comparison = comparison,
            Tested = tested,
            Data = data?.Name,
        };
    }

    private ImageData? Load(ParseResult parsed, ExportSource source, ImageOptions? images, CancellationToken cancellation) => parsed.GetValue(_data) is { } data
        ? CommonOptions.LoadData(
            _terminal,
            data,
            images,
            parsed.GetValue(_dataDirectory)!,
            () => NetworkReference.SideOf(parsed.GetValue(_network), source.Weights),
            cancellation)
        : null;

    // The network with its weights, for the images of the data, else of the ONNX file, else of the weights.
    private OpenedWeights Open(ParseResult parsed, ExportSource source, DataOutline? data)
    {
        string path = source.Weights;
        var order = data is null ? null : ClassesOption.Require(parsed, _reorderClasses, path, NetworkWeights.ReadClassNames(path), data);
        var origin = Origin(parsed, source, data);
        return OpenedWeights.Of(origin, order, name =>
        {
            var (shape, classes) =
                data is not null ? (data.Image, data.ClassNames.Count)
                : origin.Import is { Definition: var own } ? (own.Image, own.Classes)
                : NetworkWeights.ReadShape(path, parsed.GetValue(_size));
            return NetworkWeights.Open(path, shape, classes, name);
        });
    }

    // The network that the weights are for.
    private NamedNetwork Origin(ParseResult parsed, ExportSource source, DataOutline? data) => parsed.GetValue(_network) is null && source.Network is { } known
        ? NamedNetwork.InWorkspace(known, parsed.GetValue(_workspace)!)
        : NamedNetwork.Read(
            parsed.GetValue(_network),
            _import.Read(parsed),
            image: data?.Image ?? new(3, parsed.GetValue(_size), parsed.GetValue(_size)),
            weights: source.Weights);

    // The file to write: the one that is named, or another.
    private string RequireTarget(ParseResult parsed, string otherwise, string? weights = null)
    {
        string target = parsed.GetValue(_output) ?? otherwise;
        string option = parsed.GetValue(_output) is null ? "the output" : _output.Name;
        OutputFile.Require(option, target, weights, parsed.GetValue(_network));
        OutputFile.RequireOnnxName(option, target);
        OutputFile.RequireNew(target, parsed.GetValue(_force));
        return target;
    }

    private static Dictionary<string, string> Provenance(ExportSource source, EvaluationResult? tested)
    {
        var provenance = new Dictionary<string, string>(source.Origin)
        {
            [NetworkMetadata.Weights] = Path.GetFileName(source.Weights),
            [NetworkMetadata.WeightsSha256] = FileChecksum.OfFile(source.Weights),
        };
        if (tested is not null)
        {
            provenance[NetworkMetadata.Accuracy] = Invariant($"{tested.Accuracy:0.0000}");
            provenance.Remove(NetworkMetadata.AccuracyPrecision);
        }

        return provenance;
    }
}
