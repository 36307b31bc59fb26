using System.Text.Json.Serialization;
using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using TorchSharp;

namespace Graft.Steps;

/// <summary>Takes over weights that were trained elsewhere, and evaluates them.</summary>
internal sealed record ImportStep() : NetworkStep(ImportKind.KindName, ImportKind.CurrentRevision)
{
    /// <summary>Lower-case hexadecimal SHA-256 of the file of weights, which lies in the workspace under <see cref="ImportPath"/>.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Where the file was copied to, relative to the artifacts.</summary>
    [JsonIgnore]
    public string ImportPath => PathFor(Sha256);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"teacher {Network}, imported";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [];

    /// <summary>Where a file with that hash lies, relative to the artifacts.</summary>
    public static string PathFor(string sha256) => $"imports/{sha256}.safetensors";
}

internal sealed class ImportKind : NetworkStepKind<ImportStep, TeacherStepResult>
{
    public const string KindName = "import";
    public const int CurrentRevision = 1;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    public override ThreadDemand Threads => ThreadDemand.All;

    protected override double WorkOf(ImportStep step, NetworkCosts costs) => costs.Data.Test.Count * costs.OfNetwork(step.Network).Work;

    protected override string Summarize(TeacherStepResult result) => StepWords.Accuracy(result.Accuracy);

    protected override string? RemarkOn(TeacherStepResult result, StepServices services) => result.RemarkOn(services.Get<ImageData>(), isTrainedHere: false);

    protected override IReadOnlyList<string> ArtifactsOf(TeacherStepResult result) => [result.Weights];

    protected override IReadOnlyList<string> InputsOf(ImportStep step) => [.. base.InputsOf(step), step.ImportPath];

    protected override void Run(IReadOnlyList<ImportStep> steps, NetworkStepContext context)
    {
        var step = steps[0];
        string path = context.Run.PathOf(step.ImportPath);
        using var network = NetworkWeights.Open(path, context.Data.Train.Shape, context.Data.ClassNames.Count, step.Network);
        network.Precision = step.Precision;
        network.to(context.Device);
        TeacherKind.Complete(step, network, NetworkWeights.ReadNormalization(path) ?? context.Data.Normalization, context);
    }
}
