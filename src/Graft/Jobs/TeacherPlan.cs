using System.Text.Json.Serialization;
using Graft.Onnx.Import;
using Graft.Operations;
using Graft.Steps;
using Graft.Training;
using YamlDotNet.Serialization;

namespace Graft.Jobs;

/// <summary>
/// Where the teacher comes from: trained by the recipe, or weights from a file. A network from an ONNX file has that file's weights unless others are given.
/// </summary>
public sealed record TeacherPlan
{
    /// <summary>
    /// A file of weights with PyTorch's names: safetensors (<c>.safetensors</c>) or a PyTorch checkpoint (<c>.pt</c>, <c>.pth</c>, <c>.th</c>, <c>.ckpt</c>).
    /// Null to train the teacher, or to take an ONNX file's own. The epochs do not matter where there are weights, nor does the recipe but for a smaller
    /// network that an acceleration trains from scratch.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>
    /// For an ONNX file's own weights: how pixels are normalised that they expect, a preset or means and deviations. Null for what the file says, else as the
    /// plan's images are, and for other weights. Left out of the plan's text where it is null.
    /// </summary>
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Normalization { get; init; }

    /// <summary>Passes over the training images, from 1 to 100000.</summary>
    /// <value>Default: <c>200</c>.</value>
    public int Epochs { get; init; } = 200;

    /// <summary>Decides initial values, order and augmentation.</summary>
    public int Seed { get; init; }

    /// <summary>How it is trained.</summary>
    public TrainingRecipe Recipe { get; init; } = new();

    /// <summary>Whether its weights are given, so that it is not trained.</summary>
    /// <param name="network">The network's name.</param>
    internal bool IsImported(string network) => Weights is not null || OnnxNetworkSource.IsName(network);

    /// <summary>The step that makes the teacher.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="heldOut">What is held out of training.</param>
    /// <param name="data">The data set's fingerprint.</param>
    /// <param name="precision">The type of number that convolutions compute with.</param>
    /// <param name="importedSha256">The hash of the teacher's weights, where they are imported.</param>
    internal NetworkStep ToStep(string network, HeldOutPart heldOut, string data, Precision precision, string? importedSha256)
    {
        return importedSha256 is not null
                ? new ImportStep
                {
                    Data = data,
                    Network = network,
                    Precision = precision,
                    Sha256 = importedSha256,
                }
            : OnnxNetworkSource.IsName(network)
                ? new OnnxTeacherStep
                {
                    Data = data,
                    Network = network,
                    Precision = precision,
                    Normalization = Normalization!,
                    HeldOut = heldOut,
                }
            : new TeacherStep
            {
                Data = data,
                Network = network,
                Precision = precision,
                Recipe = Recipe,
                Epochs = Epochs,
                Seed = Seed,
                HeldOut = heldOut,
            };
    }
}
