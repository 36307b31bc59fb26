using System.Text.Json.Serialization;
using Graft.Analysis;
using Graft.Engine;

namespace Graft.Jobs;

/// <summary>The teacher: the trained network that operations are swapped in.</summary>
public sealed record TeacherResult
{
    /// <summary>The key of the step that made it.</summary>
    public required string Key { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>done</c>, <c>failed</c> or <c>interrupted</c>.</summary>
    public required StepState State { get; init; }

    /// <summary>Test accuracy, or null while there is none.</summary>
    public double? Accuracy { get; init; }

    /// <summary>
    /// What is to be known of an accuracy that guessing would reach, too; null for others, and in records that do not say what guessing gives.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Remark { get; init; }

    /// <summary>Trainable parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates for one image.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Where the weights are (safetensors), relative to the workspace; null while there are none.</summary>
    public string? Weights { get; init; }

    /// <summary>The epochs of its training; empty for an imported teacher.</summary>
    public IReadOnlyList<EpochResult> History { get; init; } = [];

    /// <summary>Why the step failed, if it did.</summary>
    public string? Error { get; init; }
}
