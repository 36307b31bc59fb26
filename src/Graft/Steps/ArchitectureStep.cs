using System.Text.Json.Serialization;
using Graft.Engine;

namespace Graft.Steps;

/// <summary>
/// Judges an architecture without training: the network that is put together from distilled candidates answers training images, batch norm in batch statistics
/// (<b>LANA</b>, phase 2). Steps of one <see cref="Group"/> share the teacher's passes.
/// </summary>
public sealed record ArchitectureStep : Step
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>What differs from the teacher, positions ascending.</summary>
    public required IReadOnlyList<PlacedOperation> Operations { get; init; }

    /// <summary>Training images that are looked at, at the most; LANA takes about 6,000.</summary>
    public required int Images { get; init; }

    /// <summary>What is held out of training, and so not looked at.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <summary>Equal for steps that see the same images through the same teacher.</summary>
    [JsonIgnore]
    public (string, int, HeldOutPart) Group => (Teacher, Images, HeldOut);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "architecture";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"judge an architecture of {Operations.Count} swaps";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [Teacher, .. Operations.Select(o => o.Distillation).OfType<string>().Distinct()];
}
