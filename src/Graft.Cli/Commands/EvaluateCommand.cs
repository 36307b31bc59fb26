using System.CommandLine;
using System.Diagnostics;
using Graft.Networks;
using Graft.Training;
using TorchSharp;

namespace Graft.Cli.Commands;

/// <summary><c>graft evaluate</c>: the accuracy of weights on a data set's test images.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        var weights = new Argument<string>("WEIGHTS") { Description = "Weights as safetensors, with PyTorch's names." };
        var data = CommonOptions.Data("cifar10");
        var network = new Option<string>("--network") { Description = "The network, where the file does not say it.", HelpName = "NAME" };
        var precision = new Option<string>("--precision") { Description = "auto, fp32 or bf16.", HelpName = "NAME", DefaultValueFactory = _ => "fp32" };
        var device = CommonOptions.Device();
        var dataDirectory = CommonOptions.DataDirectory();
        var json = CommonOptions.Json();
        var command = new Command("evaluate", "Test weights on a data set's test images.")
        {
            weights, data, network, precision, device, dataDirectory, json,
        };
        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                string path = parsed.GetValue(weights)!, where = Surroundings.ResolveDevice(parsed.GetValue(device)!);
                var numbers = PrecisionNames.Parse(parsed.GetValue(precision)!, where);
                var normalization = NetworkWeights.ReadNormalization(path);
                var images = CommonOptions.LoadData(terminal, parsed.GetValue(data)!, parsed.GetValue(dataDirectory)!, cancellation);
                using var model = NetworkWeights.Open(path, images.Train.Shape, images.ClassNames.Count, parsed.GetValue(network));
                model.Precision = numbers;
                var on = torch.device(where);
                model.to(on);
                long started = Stopwatch.GetTimestamp();
                var result = Evaluator.Evaluate(model, images.Test, normalization ?? images.Normalization, null, on, cancellation);
                double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                var cost = model.Cost();
                if (parsed.GetValue(json))
                {
                    terminal.WriteJson(new
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
                        normalization = normalization is null ? "data" : "weights",
                        imagesPerSecond = images.Test.Count / seconds,
                    });
                }
                else
                {
                    terminal.WriteLine($"{model.Definition.Name}, {Format.Count(cost.Parameters)} parameters, {Format.Millions(cost.MultiplyAccumulates)} M multiply-accumulates");
                    terminal.WriteLine($"pixels normalised as the {(normalization is null ? "data set" : "file of weights")} says; computed in {numbers.ToText()} on {where}, {images.Test.Count / seconds:N0} images/s");
                    terminal.WriteLine($"{result.Correct:N0} of {images.Test.Count:N0} test images right: accuracy {Format.Percent(result.Accuracy)} %, loss {result.Loss:0.0000}");
                }

                return 0;
            },
            cancellation));
        return command;
    }
}
