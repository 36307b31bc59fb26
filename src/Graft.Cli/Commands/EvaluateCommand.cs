using System.CommandLine;
using System.Diagnostics;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Data;
using Graft.Jobs;
using Graft.Networks;
using Graft.Onnx;
using Graft.Operations;
using Graft.Training;
using TorchSharp;

namespace Graft.Cli.Commands;

/// <summary><c>graft evaluate</c>: the accuracy of weights, or accuracy and latency of an ONNX file, on a data set's test images.</summary>
internal sealed class EvaluateCommand
{
    private readonly Terminal _terminal;
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "Weights with PyTorch's names (safetensors, or a PyTorch checkpoint), or a classifier as .onnx.",
        HelpName = "FILE",
        CompletionSources = { Offers.WeightsAndNetworks },
    };
    private readonly Option<string> _data = CommonOptions.Data("cifar10");
    private readonly Option<string> _network = CommonOptions.Network(more: "Or its ONNX file; for weights that do not say it.");
    private readonly Option<string> _precision = CommonOptions.Precision("fp32", "For weights.");
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _batch = new("--batch")
    {
        Description = "ONNX: images of a batch whose latency is measured.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<int> _threads = new("--threads")
    {
        Description = "ONNX: threads; 0 for one a core.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };
    private readonly ImageOption _images = new();
    private readonly ImportOptions _import = new();
    private readonly Option<bool> _reorderClasses = ClassesOption.Create();
    private readonly Option<string> _dataDirectory = CommonOptions.DataDirectory();
    private readonly Option<bool> _json = CommonOptions.Json();

    private EvaluateCommand(Terminal terminal) => _terminal = terminal;

    public static Command Create(Terminal terminal)
    {
        var options = new EvaluateCommand(terminal);
        var command = new Command("evaluate", "Test weights or an ONNX file on a data set's test images.")
        {
            options._file, options._data, options._network, options._precision, options._device, options._batch, options._threads,
            options._reorderClasses, options._dataDirectory, options._json,
        };
        options._images.All.Append(options._import.OutputAlone).ToList().ForEach(command.Options.Add);
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                string path = parsed.GetValue(options._file)!;
                bool isOnnx = Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase);
                options.RequireFitting(parsed, isOnnx);
                EvaluationView view = isOnnx ? options.EvaluateOnnx(parsed, path, cancellation) : options.EvaluateWeights(parsed, path, cancellation);
                if (parsed.GetValue(options._json))
                {
                    terminal.WriteJson(view.Document);
                }
                else
                {
                    view.Write(terminal);
                }

                return 0;
            },
            cancellation));
        return command;
    }

    private void RequireFitting(ParseResult parsed, bool isOnnx)
    {
        string path = parsed.GetValue(_file)!;
        if (!File.Exists(path) && NetworkCatalog.LayoutOf(path) is not null)
        {
            throw new ConfigurationException($"'{path}' is a network, and what is tested is a file: graft evaluate FILE {_network.Name} {path}.");
        }

        if (Directory.Exists(path) && CommonOptions.IsGiven(parsed, _data) && File.Exists(parsed.GetValue(_data)))
        {
            throw new ConfigurationException($"'{path}' is a directory and {_data.Name} '{parsed.GetValue(_data)}' a file: were they swapped?");
        }

        Option[] foreign = isOnnx ? [_network, _precision, _device] : [_batch, _threads];
        if (foreign.FirstOrDefault(option => CommonOptions.IsGiven(parsed, option)) is { } wrong)
        {
            throw new ConfigurationException(
                $"{wrong.Name} is for {(isOnnx ? "weights, not for ONNX files: they say their layers and are run in their own precision on the CPU" : "ONNX files, not for weights")}."
            );
        }

        if (parsed.GetValue(_batch) is < 1 or > 65_536 || parsed.GetValue(_threads) is < 0 or > 1024)
        {
            throw new ConfigurationException(
                Invariant($"--batch is {parsed.GetValue(_batch)} and --threads {parsed.GetValue(_threads)}; they must be from 1 to 65536 and from 0 to 1024.")
            );
        }
    }

    private OnnxEvaluationView EvaluateOnnx(ParseResult parsed, string path, CancellationToken cancellation)
    {
        int threads = parsed.GetValue(_threads) is > 0 and var given ? given : Environment.ProcessorCount;
        using var classifier = OnnxClassifier.Load(path, threads, _import.Read(parsed).Output);
        if (_images.ReadNormalization(parsed) is null)
        {
            classifier.RequireKnownNormalization();
        }

        var options = _images.Read(parsed, classifier.Scaling);
        if (DataSource.OutlineOf(parsed.GetValue(_data)!, options) is { } known)
        {
            classifier.RequireFit(known); // before it is downloaded
        }

        var images = Images(parsed, options, () => classifier.Side, cancellation);
        classifier.RequireFit(images.Outline);
        var classes = ClassesOption.Require(parsed, _reorderClasses, path, classifier.ClassNames, images.Outline);
        var (normalization, source) = NormalizationOf(parsed, images, classifier.Normalization, "file");
        ImageOption.NoteContradiction(_terminal, images.Scaling, path, classifier.Scaling, "the options are taken");
        int batch = classifier.BatchSize ?? parsed.GetValue(_batch);
        if (batch != parsed.GetValue(_batch) && CommonOptions.IsGiven(parsed, _batch))
        {
            throw new ConfigurationException(Invariant($"--batch is {parsed.GetValue(_batch)}, and {path} takes batches of {batch} alone; leave it out."));
        }

        return new()
        {
            File = path,
            Images = images,
            Normalization = normalization,
            NormalizationSource = source,
            ReordersClasses = classes is not null,
            Network = classifier.Metadata.GetValueOrDefault("architecture"),
            Scaling = images.Scaling == classifier.Scaling ? images.Scaling : null,
            FileRemark = classifier.Remark,
            Result = OnnxEvaluator.Evaluate(classifier, images.Test, normalization, classes?.PlacesOfDataClasses, cancellation),
            Latency = OnnxEvaluator.MeasureLatency(classifier, images.Test.Shape, batch, threads, TimeProvider.System, cancellation),
        };
    }

    private WeightsEvaluationView EvaluateWeights(ParseResult parsed, string path, CancellationToken cancellation)
    {
        string where = ComputeDevice.Resolve(parsed.GetValue(_device)!);
        var numbers = PrecisionNames.Parse(parsed.GetValue(_precision)!, where);
        var own = NetworkWeights.ReadNormalization(path);
        var scaling = NetworkWeights.ReadScaling(path);
        var options = _images.Read(parsed, scaling);
        using var before = DataSource.OutlineOf(parsed.GetValue(_data)!, options) is { } known
            ? OpenWeights(parsed, path, known) // what does not fit is said before it is downloaded
            : null;
        var images = Images(parsed, options, () => NetworkReference.SideOf(parsed.GetValue(_network), path), cancellation);
        using var after = before is null ? OpenWeights(parsed, path, images.Outline) : null;
        var (_, model, classes) = (before ?? after)!;
        var (normalization, source) = NormalizationOf(parsed, images, own, "weights"); // after what says that the images do not fit at all
        ImageOption.NoteContradiction(_terminal, images.Scaling, path, scaling, "the options are taken");
        _terminal.WriteProgressNote(TeacherWeights.SizeRemark(path, images.Test.Shape));
        if (classes is not null)
        {
            model.ReorderClasses(classes.PlacesOfDataClasses);
        }

        model.Precision = numbers;
        var on = torch.device(where);
        model.to(on);
        long started = Stopwatch.GetTimestamp();
        var result = Evaluator.Evaluate(model, images.Test, normalization, null, on, cancellation);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new()
        {
            Images = images,
            Normalization = normalization,
            NormalizationSource = source,
            ReordersClasses = classes is not null,
            Network = model.Definition.Name,
            Cost = model.Cost(),
            Precision = numbers,
            Device = where,
            Result = result,
            ImagesPerSecond = images.Test.Count / seconds,
        };
    }

    private OpenedWeights OpenWeights(ParseResult parsed, string path, DataOutline data)
    {
        var classes = ClassesOption.Require(parsed, _reorderClasses, path, NetworkWeights.ReadClassNames(path), data);
        var named = NamedNetwork.Read(parsed.GetValue(_network), _import.Read(parsed), data.Image, path);
        return OpenedWeights.Of(named, classes, name => TeacherWeights.Open(path, name, data));
    }

    private ImageData Images(ParseResult parsed, ImageOptions? options, Func<int?> side, CancellationToken cancellation) =>
        CommonOptions.LoadData(_terminal, parsed.GetValue(_data)!, options, parsed.GetValue(_dataDirectory)!, side, cancellation);

    // The command line first, then the file, then the data set.
    private (Normalization Normalization, string Source) NormalizationOf(ParseResult parsed, ImageData images, Normalization? own, string file)
    {
        var given = _images.ReadNormalization(parsed);
        var normalization = given ?? own ?? images.Normalization;
        normalization.RequireChannels(images.Test.Shape);
        ImageOption.NoteContradiction(_terminal, given, parsed.GetValue(_file)!, own, "the options are taken");
        return (normalization, given is not null ? "option" : own is not null ? file : "data");
    }
}
