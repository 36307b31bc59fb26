using System.Text.Json.Serialization;
using Graft.Engine;

namespace Graft.Jobs.Studies;

/// <summary>One cell of the study's table: one operation at one position, trained on for a number of epochs, over all seeds.</summary>
public sealed record CellResult
{
    /// <summary>The position, from 1, or the run of positions that one operation stands for.</summary>
    public required Place Position { get; init; }

    /// <summary>Whether it is the unchanged network trained on. The network's own operation for a run of positions is a change.</summary>
    [JsonIgnore]
    public bool IsUnchanged => Unchanged.Is(Position, Operation);

    /// <summary>The position's module path, e.g. <c>block1.layer.0</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The operation, e.g. <c>conv-stack(w=2,k=3)</c>; <c>teacher</c> is the unchanged network trained on for as long.</summary>
    public required string Operation { get; init; }

    /// <summary>How many epochs the swapped network was trained on.</summary>
    public required int Epochs { get; init; }

    /// <summary>Test accuracy of each finished trial, by ascending seed.</summary>
    public required IReadOnlyList<double> Accuracies { get; init; }

    /// <summary>Mean of <see cref="Accuracies"/>; null without any.</summary>
    public double? Mean { get; init; }

    /// <summary>Sample standard deviation (n − 1) of <see cref="Accuracies"/>; null with fewer than two.</summary>
    public double? Std { get; init; }

    /// <summary>
    /// Mean minus the mean of the <c>teacher</c> cell of the same length or, where the plan has none, minus the teacher's own accuracy; null without a mean.
    /// </summary>
    public double? DifferenceToTeacher { get; init; }

    /// <summary>Trainable parameters of the whole network with this operation.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates of the whole network with this operation, for one image.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>
    /// Held-out distillation loss, normalised by the loss of answering zero (mean over seeds); null for operations that have nothing to learn.
    /// </summary>
    public double? DistillationLoss { get; init; }

    /// <summary>Test accuracy with the distilled candidate in place, before the network is trained on (mean over seeds).</summary>
    public double? AccuracyBeforeTraining { get; init; }

    /// <summary><c>pending</c>, <c>running</c>, <c>done</c> or <c>failed</c> (all or some of its trials).</summary>
    public required StepState State { get; init; }

    /// <summary>The trials, by ascending seed.</summary>
    public required IReadOnlyList<TrialResult> Trials { get; init; }
}
