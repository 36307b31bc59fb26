using System.Text.Json;
using Graft.Analysis;

namespace Graft.Training;

/// <summary>How far a training has come, beside the values of its tensors.</summary>
internal sealed record TrainingState
{
    /// <summary>The epoch under way, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>Batches of that epoch that are done.</summary>
    public int Batch { get; init; }

    /// <summary>Sum of the loss over the images of that epoch.</summary>
    public double LossSum { get; init; }

    /// <summary>Images of that epoch that were classified right.</summary>
    public long Correct { get; init; }

    /// <summary>Images of that epoch that were seen.</summary>
    public long Images { get; init; }

    /// <summary>Time of that epoch so far.</summary>
    public double Seconds { get; init; }

    /// <summary>The epochs before.</summary>
    public IReadOnlyList<EpochResult> History { get; init; } = [];

    public static TrainingState FromMetadata(IReadOnlyDictionary<string, string> metadata) => JsonSerializer.Deserialize<TrainingState>(metadata["state"])!;

    public IReadOnlyDictionary<string, string> ToMetadata() => new Dictionary<string, string> { ["state"] = JsonSerializer.Serialize(this) };
}
