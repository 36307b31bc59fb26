using System.CommandLine;
using System.Security.Cryptography;
using Graft.Cli.Completion;
using Graft.Data;
using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Networks;
using Graft.Onnx;
using Graft.Onnx.Import;

namespace Graft.Cli.Commands;

/// <summary><c>graft export</c>: weights to an ONNX file that is checked before it is written.</summary>
internal static class ExportCommand
{
    private const int StandardSize = 32;

    public static Command Create(Terminal terminal)
    {
        var weights = new Argument<string?>("WEIGHTS")
        {
            Description = "Weights as safetensors, with PyTorch's names.",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "WEIGHTS",
            CompletionSources = { Offers.Files(".safetensors", ".pt", ".pth") },
        };
        var from = new Option<string>("--from")
        {
            Description = "What to go on from. In place of WEIGHTS: an acceleration, by its identifier or the start of it.",
            HelpName = "ID",
            CompletionSources = { Offers.Jobs(AccelerationJob.Kind) },
        };
        var row = new Option<string>("--row") { Description = "With --from: the network, as its table names it. [default: accelerated]", HelpName = "NAME" };
        var workspace = CommonOptions.Workspace();
        var output = CommonOptions.Out(null, "An ONNX file. [default: WEIGHTS with the ending .onnx]", ".onnx");
        var network = CommonOptions.Network(more: "For weights that do not say it; or the ONNX file to write them back into.");
        var data = CommonOptions.Data(more: "The file names its classes and is checked on its test images; without it, on noise.");
        var size = new Option<int>("--size")
        {
            Description = "Height and width of the images, where neither file nor data says it.",
            HelpName = "N",
            DefaultValueFactory = _ => StandardSize,
        };
        var noFold = new Option<bool>("--no-fold") { Description = "Keep batch norm and parallel convolutions as layers of their own." };
        var reorderClasses = ClassesOption.Create();
        var normalized = new ImageOption();
        var dataDirectory = CommonOptions.DataDirectory();
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = new Command("export", "Write weights as an ONNX file, checked with ONNX Runtime.")
        {
            weights, from, row, output, network, data, size, noFold, reorderClasses, force, workspace, dataDirectory, json,
        };
        normalized.All.ToList().ForEach(command.Options.Add);
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var (path, standard) = SourceOf(parsed.GetValue(weights), parsed.GetValue(from), parsed.GetValue(row), parsed.GetValue(workspace)!);
                string target = parsed.GetValue(output) ?? standard;
                OutputFile.Require(parsed.GetValue(output) is null ? "the output" : output.Name, target, path, parsed.GetValue(network));
                OutputFile.RequireNew(target, parsed.GetValue(force));
                var given = normalized.ReadNormalization(parsed) ?? NetworkWeights.ReadNormalization(path);
                var images = parsed.GetValue(data) is { } source
                    ? CommonOptions.LoadData(terminal, source, normalized.Read(parsed, null), parsed.GetValue(dataDirectory)!, cancellation)
                    : null;
                using var origin = NamedNetwork.Read(
                    parsed.GetValue(network),
                    image: images?.Test.Shape ?? new(3, parsed.GetValue(size), parsed.GetValue(size)),
                    weights: path
                );
                var (shape, classes) =
                    images is not null ? (images.Test.Shape, images.ClassNames.Count)
                    : origin.Import is { Definition: var own } ? (own.Image, own.Classes)
                    : NetworkWeights.ReadShape(path, parsed.GetValue(size));
                var named = NetworkWeights.ReadClassNames(path);
                var order = images is null ? null : ClassesOption.Require(parsed, reorderClasses, path, named, images);
                var options = new OnnxExportOptions
                {
                    Normalization =
                        given
                        ?? images?.Normalization
                        ?? throw new ConfigurationException(
                            $"{path} does not say how its pixels were normalised: name its data set with --data, or give --mean and --std."
                        ),
                    ClassNames = images?.ClassNames ?? named,
                    FoldBatchNorm = !parsed.GetValue(noFold),
                    Provenance = new Dictionary<string, string> { ["weights"] = Path.GetFileName(path), ["weights_sha256"] = Sha256(path) },
                };
                options.Normalization.RequireChannels(shape);
                using var model = NetworkWeights.Open(path, shape, classes, origin.Name);
                if (order is not null)
                {
                    model.ReorderClasses(order.PlacesOfDataClasses);
                }

                var batches = images is null ? null : BatchLoader.InOrder(images.Test, options.Normalization, null, 250);
                var comparison = origin.Import is { } import
                    ? OnnxSplice.Save(import, model, target, new() { ClassNames = options.ClassNames, Images = batches }, cancellation)
                    : OnnxExport.Save(model, options, target, batches, cancellation);
                Write(terminal, model, origin.Import, options, target, comparison, images?.Name, parsed.GetValue(json));
                return 0;
            },
            cancellation));
        return command;
    }

    // The weights, and where they go if nothing else is said.
    private static (string Weights, string Target) SourceOf(string? weights, string? from, string? row, string workspace)
    {
        switch (weights, from)
        {
            case (null, null):
                throw new ConfigurationException("'graft export' needs WEIGHTS, a file, or --from ID, an acceleration. See 'graft export --help'.");
            case (not null, not null):
                throw new ConfigurationException($"both '{weights}' and --from {from} say what to export; choose one.");
            case ({ } file, null):
                return row is null
                    ? (file, Path.ChangeExtension(file, ".onnx"))
                    : throw new ConfigurationException("--row does nothing without --from, which names the acceleration.");
        }

        using var record = Workspaces.OpenExisting(workspace, TimeProvider.System);
        var job = CommonOptions.JobOf(record, from);
        if (job.Kind != AccelerationJob.Kind)
        {
            throw new ConfigurationException($"{job.Id} is a study: --from takes an acceleration, whose networks were trained whole.");
        }

        string name = row ?? AccelerationResult.Accelerated;
        var networks = AccelerationResultBuilder.Build(job, record).Networks;
        var network = networks.FirstOrDefault(n => n.Name == name)
            ?? throw new ConfigurationException($"acceleration {job.Id} has no '{name}'.{NearestName.Hint(name, [.. networks.Select(n => n.Name)])}");
        return network.Weights is { } found
            ? (Path.Combine(workspace, found), $"{name.Replace(' ', '-')}.onnx")
            : throw new ConfigurationException(
                $"'{name}' of acceleration {job.Id} has no weights: {network.Error ?? "it has not been trained yet; give the command that began it again"}."
            );
    }

    private static void Write(
        Terminal terminal,
        Network model,
        ImportedNetwork? import,
        OnnxExportOptions options,
        string target,
        OnnxComparison comparison,
        string? data,
        bool json
    )
    {
        long bytes = new FileInfo(target).Length;
        if (json)
        {
            terminal.WriteJson(new
            {
                network = model.Definition.Name,
                file = target,
                bytes,
                OperatorSet = import?.OperatorSet ?? OnnxExport.OperatorSet,
                FoldBatchNorm = import is null ? options.FoldBatchNorm : (bool?)null,
                data,
                comparison.Images,
                comparison.MaxDifference,
                comparison.Tolerance,
                comparison.ClassesDiffering,
                onnxRuntime = OnnxModel.RuntimeVersion,
            });
            return;
        }

        if (import is not null)
        {
            terminal.WriteLine(
                Invariant(
                    $"written back into {import.Path}: names, metadata and all that did not change as in the file, operator set {import.OperatorSet}, {bytes / 1e6:0.0} MB"
                )
            );
            WriteChecked(terminal, target, comparison, data);
            return;
        }

        var image = model.Definition.Image;
        terminal.WriteLine(
            Invariant(
                $"{model.Definition.Name}, batch norm {(options.FoldBatchNorm ? "folded into convolutions" : "kept")}, operator set {OnnxExport.OperatorSet}, {bytes / 1e6:0.0} MB"
            )
        );
        terminal.WriteLine(
            Invariant(
                $"input 'images': fp32 [N, {image.Channels}, {image.Height}, {image.Width}], (pixel / 255 - mean) / std with mean {List(options.Normalization.Mean)} and std {List(options.Normalization.Std)}"
            )
        );
        WriteChecked(terminal, target, comparison, data);
    }

    private static void WriteChecked(Terminal terminal, string target, OnnxComparison comparison, string? data)
    {
        terminal.WriteLine(
            Invariant(
                $"checked with ONNX Runtime {OnnxModel.RuntimeVersion} on {comparison.Images:N0} {(data is null ? "images of noise" : "test images")}: the same classes, logits differ by {comparison.MaxDifference:0.0e+0} at most"
            )
        );
        terminal.WriteLine($"written to {target}; next: graft evaluate {target} --data {data ?? "SOURCE"}");
    }

    private static string List(IReadOnlyList<float> values) => Invariant($"({string.Join(", ", values.Select(v => Invariant($"{v:0.####}")))})");

    private static string Sha256(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
