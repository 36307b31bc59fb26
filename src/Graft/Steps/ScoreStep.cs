using System.Text.Json.Serialization;
using Graft.Engine;

namespace Graft.Steps;

/// <summary>
/// Scores a candidate: how much worse the otherwise unchanged teacher answers held-out images when the candidate alone replaces its operation (<b>LANA</b>, eq. 3).
/// Steps of one <see cref="Group"/> share the teacher's passes.
/// </summary>
public sealed record ScoreStep : Step
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>What is put where.</summary>
    public required PlacedOperation Candidate { get; init; }

    /// <summary>Held-out images that are looked at, at the most; drawn evenly over the classes by chance.</summary>
    public required int Images { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>Equal for steps that see the same images through the same teacher.</summary>
    [JsonIgnore]
    public (string, int, HeldOutPart) Group => (Teacher, Images, HeldOut);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "score";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"score {Candidate.Operation} at {Candidate.Position}");

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => Candidate.Distillation is { } distillation ? [Teacher, distillation] : [Teacher];
}
