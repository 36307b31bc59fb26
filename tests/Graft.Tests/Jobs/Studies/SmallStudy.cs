using Graft.Data;
using Graft.Engine;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Operations;
using Graft.Steps;
using Graft.Tests.Training;

namespace Graft.Tests.Jobs.Studies;

/// <summary>A study of a few seconds: one position, three operations, on generated images.</summary>
internal static class SmallStudy
{
    public static StudyPlan Plan { get; } = new()
    {
        Network = "wrn-10-1",
        Data = "generated",
        Positions = ["1"],
        Operations = ["teacher", "identity", "conv-stack(w=1,k=3)"],
        Epochs = [1],
        Seeds = 1,
        HeldOut = new() { Fraction = 0.1 },
        Teacher = new() { Epochs = 2, Recipe = new() { BatchSize = 16, LearningRate = 0.05, Augmentation = new() { CropPadding = 1 } } },
        Distillation = new() { BatchSize = 16, Augmentation = new() { CropPadding = 1 } },
        Trial = new() { BatchSize = 16, LearningRate = 0.02, Augmentation = new() { CropPadding = 1 } },
    };

    public static ImageData Data { get; } = GeneratedData.Create();

    public static RunEnvironment Environment { get; } = new()
    {
        Machine = "a test's machine",
        Versions = new Dictionary<string, string> { ["graft"] = "1.2.3" },
        Device = "cpu",
    };

    public static StudyGraph Graph(StudyPlan? plan = null) => StudyGraph.Create(plan ?? Plan, Data, Precision.Float32, importedSha256: null);

    public static StepExecutor Executor(IWorkspace workspace, ImageData? data = null) =>
        new(workspace, BuiltInKinds.Create(), Services(data), () => Environment, TimeProvider.System);

    public static StepServices Services(ImageData? data = null) => BuiltInKinds.Services(data ?? Data, "cpu");

    public static void Declare(IWorkspace workspace, IEnumerable<Step> steps) =>
        workspace.Steps.Declare(steps.Select(step => (step.Key, step.Kind, step.ToJson())));

    /// <summary>Puts a teacher of random weights in place of a trained one, at no cost; with weights that are not numbers where it shall fail.</summary>
    public static void FakeTeacher(IWorkspace workspace, StudyGraph graph, float? fill = null)
    {
        using var network = Network.Create(graph.Plan.Network, Data.Train.Shape, Data.ClassNames.Count, seed: 4);
        if (fill is { } value)
        {
            using var _ = TorchSharp.torch.no_grad();
            network.NamedTensors().First(t => t.Name == "conv1.weight").Tensor.fill_(value);
        }

        string weights = $"weights/{graph.Teacher.Key}.safetensors";
        NetworkWeights.Save(network, Data.Normalization, workspace.Artifacts.PathOf(weights));
        Declare(workspace, [graph.Teacher]);
        var result = new TeacherStepResult(0.25, graph.NetworkCost.Parameters, graph.NetworkCost.MultiplyAccumulates, weights);
        workspace.Steps.Complete(graph.Teacher.Key, StepResults.ToJson(result), seconds: 1);
    }
}
