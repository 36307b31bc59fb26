using System.CommandLine;
using System.Diagnostics;
using Graft.Analysis;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Data;
using Graft.Jobs;
using Graft.Networks;
using Graft.Onnx;
using Graft.Operations;
using Graft.Runtime;
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
                if (isOnnx)
                {
                    options.EvaluateOnnx(parsed, path, cancellation);
                }
                else
                {
                    options.EvaluateWeights(parsed, path, cancellation);
                }

                return 0;
            },
            cancellation));
        return command;
    }

    private void RequireFitting(ParseResult parsed, bool isOnnx)
    {
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

    private void EvaluateOnnx(ParseResult parsed, string path, CancellationToken cancellation)
    {
        int threads = parsed.GetValue(_threads) is > 0 and var given ? given : Environment.ProcessorCount;
        using var classifier = OnnxClassifier.Load(path, threads, _import.Read(parsed).Output);
        RequireFitBeforeDownload(parsed, classifier);
        var images = Images(parsed, cancellation);
        classifier.RequireFit(images);
        var classes = ClassesOption.Require(parsed, _reorderClasses, path, classifier.ClassNames, images);
        var (normalization, source) = NormalizationOf(parsed, images, classifier.Normalization, "file");
        int batch = classifier.BatchSize ?? parsed.GetValue(_batch);
        if (batch != parsed.GetValue(_batch) && CommonOptions.IsGiven(parsed, _batch))
        {
            throw new ConfigurationException(Invariant($"--batch is {parsed.GetValue(_batch)}, and {path} takes batches of {batch} alone; leave it out."));
        }

        var result = OnnxEvaluator.Evaluate(classifier, images.Test, normalization, classes?.PlacesOfDataClasses, cancellation);
        var latency = OnnxEvaluator.MeasureLatency(classifier, images.Test.Shape, batch, threads, TimeProvider.System, cancellation);
        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(
                new
                {
                    model = path,
                    network = classifier.Metadata.GetValueOrDefault("architecture"),
                    data = images.Name,
                    result.Accuracy,
                    result.Correct,
                    images = images.Test.Count,
                    normalization = source,
                    reorderedClasses = classes is not null,
                    remark = ChanceWords.Remark(result.Correct, result.Predicted, images),
                    latency = new
                    {
                        latency.BatchSize,
                        latency.Threads,
                        runs = latency.RunsMs.Count,
                        latency.MedianMs,
                        latency.LowerQuartileMs,
                        latency.UpperQuartileMs,
                    },
                    onnxRuntime = OnnxModel.RuntimeVersion,
                }
            );
            return;
        }

        _terminal.WriteLine(Invariant($"{path}, run by ONNX Runtime {OnnxModel.RuntimeVersion} on the CPU; {Pixels(source, normalization)}"));
        _terminal.WriteLine(
            Invariant(
                $"latency of {Plural.Of(batch, "image")} with {Plural.Of(threads, "thread")}: median {latency.MedianMs:0.000} ms, half of the runs (n = {latency.RunsMs.Count:N0}) between {latency.LowerQuartileMs:0.000} and {latency.UpperQuartileMs:0.000} ms; measured by itself ('graft accelerate' measures in turns with the teacher)"
            )
        );
        WriteReordered(classes);
        _terminal.WriteLine(Invariant($"{result.Correct:N0} of {images.Test.Count:N0} test images right: accuracy {AccuracyOf(result.Correct, images)}"));
        _terminal.WriteNote(ChanceWords.Remark(result.Correct, result.Predicted, images));
    }

    private void EvaluateWeights(ParseResult parsed, string path, CancellationToken cancellation)
    {
        string where = ComputeDevice.Resolve(parsed.GetValue(_device)!);
        var numbers = PrecisionNames.Parse(parsed.GetValue(_precision)!, where);
        var own = NetworkWeights.ReadNormalization(path);
        var images = Images(parsed, cancellation);
        var classes = ClassesOption.Require(parsed, _reorderClasses, path, NetworkWeights.ReadClassNames(path), images);
        using var named = NamedNetwork.Read(parsed.GetValue(_network), _import.Read(parsed), images.Train.Shape, path);
        using var model = NetworkWeights.Open(path, images.Train.Shape, images.ClassNames.Count, named.Name);
        var (normalization, source) = NormalizationOf(parsed, images, own, "weights"); // after what says that the images do not fit at all
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
        var cost = model.Cost();
        if (parsed.GetValue(_json))
        {
            _terminal.WriteJson(new
            {
                network = model.Definition.Name,
                data = images.Name,
                result.Accuracy,
                result.Correct,
                images = images.Test.Count,
                result.Loss,
                cost.Parameters,
                cost.MultiplyAccumulates,
                precision = numbers.ToText(),
                normalization = source,
                reorderedClasses = classes is not null,
                remark = ChanceWords.Remark(result.Correct, result.Predicted, images),
                imagesPerSecond = images.Test.Count / seconds,
            });
            return;
        }

        _terminal.WriteLine(
            Invariant(
                $"{model.Definition.Name}, {Format.Count(cost.Parameters)} parameters, {Format.Millions(cost.MultiplyAccumulates)} M multiply-accumulates"
            )
        );
        _terminal.WriteLine(
            Invariant($"{Pixels(source, normalization)}; computed in {numbers.ToText()} on {where}, {images.Test.Count / seconds:N0} images/s")
        );
        WriteReordered(classes);
        _terminal.WriteLine(
            Invariant(
                $"{result.Correct:N0} of {images.Test.Count:N0} test images right: accuracy {AccuracyOf(result.Correct, images)}, loss {result.Loss:0.0000}"
            )
        );
        _terminal.WriteNote(ChanceWords.Remark(result.Correct, result.Predicted, images));
    }

    private static string AccuracyOf(int correct, ImageData images)
    {
        var interval = ConfidenceInterval.OfProportion(correct, images.Test.Count);
        return Invariant(
            $"{Format.Percent((double)correct / images.Test.Count)} % (95 % interval over test images {100 * interval.Lower:0.0}–{100 * interval.Upper:0.0})"
        );
    }

    private void WriteReordered(ClassOrder? classes)
    {
        if (classes is not null)
        {
            _terminal.WriteLine("classes mapped by name: the file has them in another order than the data");
        }
    }

    private static string Pixels(string source, Normalization normalization) => source switch
    {
        "weights" => $"pixels normalised by {normalization}, as the file of weights says",
        "data" => $"pixels normalised by {normalization} as for the data, as the file does not say how (--normalization for another)",
        "option" => $"pixels normalised by {normalization}, as the command line says",
        _ => $"pixels normalised by {normalization}, as the {source} says",
    };

    private void RequireFitBeforeDownload(ParseResult parsed, OnnxClassifier classifier)
    {
        if (DataSource.KnownOf(parsed.GetValue(_data)!) is { } known)
        {
            var shape = _images.Read(parsed, null)?.Size is { } size ? new ImageShape(known.Shape.Channels, size, size) : known.Shape;
            classifier.RequireFit(known.Name, shape, known.ClassNames.Count);
        }
    }

    private ImageData Images(ParseResult parsed, CancellationToken cancellation) =>
        CommonOptions.LoadData(_terminal, parsed.GetValue(_data)!, _images.Read(parsed, null), parsed.GetValue(_dataDirectory)!, cancellation);

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
