using System.Text.Json.Serialization;
using Graft.Data;

namespace Graft.Onnx.Import;

/// <summary>How an ONNX file is read. The defaults fit files that say everything themselves.</summary>
public sealed record OnnxImportOptions
{
    /// <summary>The images that the network is to take; null for what the file says. Needed where it leaves height and width open.</summary>
    public ImageShape? Image { get; init; }

    /// <summary>The output with the classes' scores; null for the file's only one.</summary>
    public string? Output { get; init; }

    /// <summary>
    /// The number of classes that the network is to tell apart; null for the file's. For another number the classifier is made anew: it has to be trained.
    /// </summary>
    public int? Classes { get; init; }

    /// <summary>How much of the network is one position.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter))]
    public PositionGranularity Granularity { get; init; }

    /// <summary>
    /// Whether batch normalisation is put back behind convolutions that have none, so that a network whose exporter folded it can be trained on. It does
    /// nothing until it is trained.
    /// </summary>
    /// <value>Default: <c>true</c>.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool RestoreBatchNorm { get; init; } = true;
}
