using System.CommandLine;
using Graft.Cli.Views;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Jobs.Studies;
using Graft.Operations;
using Graft.Runtime;
using Graft.Steps;

namespace Graft.Cli.Commands;

/// <summary><c>graft train</c>: trains a teacher and hands over its weights.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var network = new Option<string>("--network") { Description = "The network: wrn-DEPTH-WIDTH or resnet-DEPTH.", HelpName = "NAME", DefaultValueFactory = _ => "wrn-16-2" };
        var data = CommonOptions.Data("cifar10");
        var epochs = new Option<int>("--epochs") { Description = "Passes over the training images.", HelpName = "N", DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { Description = "Decides initial values, order and augmentation.", HelpName = "N" };
        var recipe = new Option<string>("--recipe") { Description = "A training recipe as a YAML file; see docs/recipes.md.", HelpName = "FILE" };
        var heldOut = new Option<double>("--held-out") { Description = "The part of the training images that is held out.", HelpName = "PART", DefaultValueFactory = _ => new HeldOutPart().Fraction };
        var output = new Option<string>("--out") { Description = "Where the weights go (safetensors).", HelpName = "FILE", DefaultValueFactory = _ => "teacher.safetensors" };
        var precision = new Option<string>("--precision") { Description = "auto, fp32 or bf16.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
        var device = CommonOptions.Device();
        var workspace = CommonOptions.Workspace();
        var dataDirectory = CommonOptions.DataDirectory();
        var json = CommonOptions.Json();
        var command = new Command("train", "Train a network from scratch.")
        {
            network, data, epochs, seed, recipe, heldOut, precision, device, workspace, dataDirectory, output, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string where = Surroundings.ResolveDevice(parsed.GetValue(device)!);
            var plan = new StudyPlan
            {
                Network = parsed.GetValue(network)!,
                Data = parsed.GetValue(data)!,
                HeldOut = new() { Fraction = parsed.GetValue(heldOut) },
                Teacher = new()
                {
                    Epochs = parsed.GetValue(epochs),
                    Seed = parsed.GetValue(seed),
                    Recipe = parsed.GetValue(recipe) is { } file ? PlanFile.LoadRecipe(file) : new(),
                },
            };
            plan.Validate();
            var images = CommonOptions.LoadData(terminal, plan.Data, parsed.GetValue(dataDirectory)!, cancellation);
            var graph = StudyGraph.CreateTeacherAlone(plan, images, PrecisionNames.Parse(parsed.GetValue(precision)!, where));
            var threads = StudyThreads.Divide(Environment.ProcessorCount, workers: 1);
            using var record = Workspace.Open(parsed.GetValue(workspace)!, TimeProvider.System);
            await using (var pool = new WorkerPool(
                1,
                () => WorkerCommand.Start(parsed.GetValue(workspace)!, plan.Data, parsed.GetValue(dataDirectory)!, where),
                (key, error) => record.Steps.Fail(key, error, 0)))
            await using (var progress = StudyProgressView.Start(terminal, graph, new StudyWork(graph, images), TimeProvider.System))
            {
                await new StudyRunner(record, graph, pool, threads, progress).RunAsync(cancellation);
            }

            var stored = record.Steps.Find(graph.Teacher.Key)!;
            if (stored.State != StepState.Done)
            {
                throw new RunException(stored.Error ?? "the training did not end.");
            }

            var result = StepResults.FromJson<TeacherStepResult>(stored.Result!);
            string target = parsed.GetValue(output)!;
            AtomicFile.Write(target, stream =>
            {
                using var weights = File.OpenRead(record.Artifacts.PathOf(result.Weights));
                weights.CopyTo(stream);
            });
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new { network = plan.Network, data = plan.Data, result.Accuracy, result.Parameters, result.MultiplyAccumulates, weights = target, step = stored.Key, stored.Seconds });
            }
            else
            {
                TrainingTable.Write(terminal, record.Steps.Histories([stored.Key])[stored.Key]);
                terminal.WriteLine($"Test accuracy {Format.Percent(result.Accuracy)} %, {Format.Count(result.Parameters)} parameters, {Format.Duration(stored.Seconds)}.");
                terminal.WriteLine($"Saved to {target}.  Next: graft study --network {plan.Network} --data {plan.Data} --teacher {target}");
            }

            return 0;
        });
        return command;
    }
}
