using Graft.Data;

namespace Graft.Onnx.Import;

/// <summary>What is written into a file beside the network, and what the file is compared on before it is written.</summary>
internal sealed record OnnxSpliceOptions
{
    /// <summary>More to say in the file's metadata. What the file says of itself stays.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>How pixels were normalised, which is written where the file does not say it; null if it is not known.</summary>
    public Normalization? Normalization { get; init; }

    /// <summary>
    /// How images were scaled to the network's size, which is written where the file does not say it; null where they were not, or it is not known.
    /// </summary>
    public ImageScaling? Scaling { get; init; }

    /// <summary>
    /// The names of the classes, which are written where the file does not say them or the classifier is made for others; empty if they are not known.
    /// </summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Normalised images [N, C, H, W] for the comparison, in batches that are disposed; null for seeded noise.</summary>
    public IEnumerable<Batch>? Images { get; init; }

    /// <summary>Hears the network's answers to these images, and may refuse the file; null for nobody.</summary>
    public AnswerCheck? Answers { get; init; }
}
