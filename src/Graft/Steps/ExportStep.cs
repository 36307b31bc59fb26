using System.Text.Json.Serialization;
using Graft.Networks;
using Graft.Onnx;
using Graft.Onnx.Import;
using Graft.Training;
using static TorchSharp.torch;

namespace Graft.Steps;

/// <summary>
/// Exports a trained or fine-tuned network as ONNX, checked in ONNX Runtime on all test images. A network that came from an ONNX file is written back into that
/// file.
/// </summary>
internal sealed record ExportStep() : NetworkStep(ExportKind.KindName, ExportKind.CurrentRevision)
{
    /// <summary>The key of the step that fine-tuned or trained it.</summary>
    public required string FineTuning { get; init; }

    /// <summary>What the file says about itself, beside classes and normalisation.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => "export";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [FineTuning];
}

/// <summary>The exported file.</summary>
/// <param name="Model">The file, relative to the workspace's artifacts.</param>
/// <param name="MaxDifference">The largest difference of a logit between ONNX Runtime and the network.</param>
/// <param name="Accuracy">Its test accuracy, in fp32; that of its training is of the plan's precision. Null in results of revision 1.</param>
internal sealed record ExportStepResult(
    string Model, double MaxDifference, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Accuracy = null);

internal sealed class ExportKind : NetworkStepKind<ExportStep, ExportStepResult>
{
    public const string KindName = "export";
    public const int CurrentRevision = 2;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    protected override double WorkOf(ExportStep step, NetworkCosts costs) => Work(costs.OfNetwork(step.Network).Work, costs);

    /// <summary>The work of a step (<see cref="Engine.StepKind.WorkOf"/>).</summary>
    /// <param name="image">The work of the network for one image.</param>
    /// <param name="costs">The data set.</param>
    internal static double Work(double image, NetworkCosts costs) => 2.0 * costs.Data.Test.Count * image;

    protected override string Summarize(ExportStepResult result) => Invariant($"checked, largest difference of a logit {result.MaxDifference:0.0e+0}");

    protected override IReadOnlyList<string> ArtifactsOf(ExportStepResult result) => [result.Model];

    protected override void Run(IReadOnlyList<ExportStep> steps, NetworkStepContext context)
    {
        var step = steps[0];
        string file = context.Run.PathOf(context.Run.ResultOf<TrainedWeights>(step.FineTuning).Weights);
        using var network = NetworkWeights.Open(file, context.Data.Train.Shape, context.Data.ClassNames.Count, step.Network);
        var normalization = NetworkWeights.ReadNormalization(file) ?? context.Data.Normalization;
        double accuracy = Evaluator.Evaluate(network, context.Data.Test, normalization, null, CPU, context.Run.Cancellation).Accuracy;
        var metadata = step.Metadata.ToDictionary();
        var (key, text) = NetworkMetadata.OfAccuracy(accuracy);
        metadata[key] = text;
        var options = new OnnxExportOptions
        {
            Normalization = normalization,
            Scaling = context.Data.Scaling,
            ClassNames = context.Data.ClassNames,
            Provenance = metadata,
        };
        string model = $"models/{step.Key}.onnx", path = context.Run.PathFor(step, model);
        var import = OnnxNetworkSource.IsName(step.Network) ? OnnxArtifacts.Open(step.Network, context.Run) : null;
        var check = NetworkExport.Save(network, import, options, path, context.Data, context.Run.Cancellation);
        context.Run.Complete(step, new ExportStepResult(model, check.MaxDifference, accuracy));
    }

    /// <summary>What the results of all steps that train a whole network have.</summary>
    private sealed record TrainedWeights(string Weights);
}
