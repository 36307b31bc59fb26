using System.Text.Json.Serialization;
using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Onnx.Import;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Steps;

/// <summary>
/// Takes over a network from an ONNX file with its weights, and evaluates it. Batch normalisation that the exporter folded is put back with the statistics of
/// training images, so that the network can be trained on.
/// </summary>
internal sealed record OnnxTeacherStep() : NetworkStep(OnnxTeacherKind.KindName, OnnxTeacherKind.CurrentRevision)
{
    /// <summary>How pixels are normalised, as <see cref="Data.Normalization.ToString"/> writes it.</summary>
    public required string Normalization { get; init; }

    /// <summary>What is held out of training, and so of the statistics.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"teacher {Network}, from its ONNX file";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [];
}

internal sealed class OnnxTeacherKind : NetworkStepKind<OnnxTeacherStep, TeacherStepResult>
{
    public const string KindName = "onnx-teacher";
    public const int CurrentRevision = 1;

    private const int StatisticsImages = 1000, Batch = 100;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    public override ThreadDemand Threads => ThreadDemand.All;

    protected override double WorkOf(OnnxTeacherStep step, NetworkCosts costs) =>
        (costs.Data.Test.Count + StatisticsImages) * costs.OfNetwork(step.Network).Work;

    protected override string Summarize(TeacherStepResult result) => StepWords.Accuracy(result.Accuracy);

    protected override string? RemarkOn(TeacherStepResult result, StepServices services) => result.RemarkOn(services.Get<ImageData>(), isTrainedHere: false);

    protected override IReadOnlyList<string> ArtifactsOf(TeacherStepResult result) => [result.Weights];

    protected override void Run(IReadOnlyList<OnnxTeacherStep> steps, NetworkStepContext context)
    {
        var step = steps[0];
        var normalization = Normalization.Parse(step.Normalization);
        using var network = Open(step.Network, normalization, step.HeldOut, context);
        network.Precision = step.Precision;
        TeacherKind.Complete(step, network, normalization, context);
    }

    /// <summary>
    /// The network with the file's weights and the statistics of training images, on the device. The caller owns it. A classifier that is made anew for other
    /// classes has values of the seed.
    /// </summary>
    internal static Network Open(string name, Normalization normalization, HeldOutPart heldOut, NetworkStepContext context, long seed = 0)
    {
        return Open(OnnxArtifacts.Open(name, context.Run), context.Data, normalization, heldOut, context.Device, context.Run.Cancellation, seed);
    }

    /// <inheritdoc cref="Open(string, Normalization, HeldOutPart, NetworkStepContext, long)"/>
    internal static Network Open(
        ImportedNetwork import, ImageData data, Normalization normalization, HeldOutPart heldOut, Device device, CancellationToken cancellation, long seed = 0)
    {
        var network = import.CreateNetwork();
        try
        {
            if (import.Head is { } head)
            {
                ClassifierHead.Initialize(network, head, seed);
            }

            network.to(device);
            if (import.RestoredBatchNorms > 0)
            {
                import.EstimateBatchNorm(network, Images(), cancellation);
            }

            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }

        IEnumerable<Tensor> Images()
        {
            int[] drawn = NetworkStepContext.Draw(NetworkStepContext.Split(data, heldOut).Split.Train, StatisticsImages, seed: 0);
            foreach (var batch in BatchLoader.InOrder(data.Train, normalization, drawn, Batch))
            {
                using (batch)
                {
                    yield return batch.Images.to(device);
                }
            }
        }
    }
}
