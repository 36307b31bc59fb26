using Graft.Analysis;

namespace Graft.Jobs.Accelerations;

/// <summary>A network that was tested.</summary>
public sealed record NetworkResult
{
    /// <summary>
    /// What it is: <c>teacher</c>, <c>accelerated</c>, <c>without distillation</c>, <c>budget 0.3</c> and so on, <c>single positions</c>, <c>teacher or
    /// identity</c>, <c>greedy removal</c>, <c>random 1</c> and so on, the smaller network's own name, or that <c>with distillation</c>.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Whether it is the best architecture for a budget, fine-tuned with the teacher.</summary>
    public bool IsSelected { get; init; }

    /// <summary>The operation of each place; none for the smaller network, which has positions of its own.</summary>
    public required IReadOnlyList<string> Operations { get; init; }

    /// <summary>
    /// The places, ascending: together they are all positions. Empty for the smaller network, and in documents of versions that knew single positions only.
    /// </summary>
    public IReadOnlyList<Place> Places { get; init; } = [];

    /// <summary>Test accuracy, after fine-tuning where there was some.</summary>
    public double? Accuracy { get; init; }

    /// <summary>The exact 95 % interval of the accuracy over test images; it says nothing about other seeds.</summary>
    public ConfidenceInterval? AccuracyInterval { get; init; }

    /// <summary>
    /// Against Graft's own choice, <c>accelerated</c>, on the same test images; null for that itself, for the same network under another name, and where the
    /// record has not what both answered.
    /// </summary>
    public NetworkComparison? ToAccelerated { get; init; }

    /// <summary>
    /// Test accuracy before fine-tuning, batch norm's statistics estimated anew on training images (the teacher's own where nothing differs from it); null for
    /// what is trained from scratch.
    /// </summary>
    public double? AccuracyBefore { get; init; }

    /// <summary>Test accuracy after repair, before fine-tuning; null without repair.</summary>
    public double? AccuracyRepaired { get; init; }

    /// <summary>The peak learning rate of fine-tuning that a search chose; null where it was given.</summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// Whether fine-tuning made it worse on held-out images (where nothing differs from the teacher: no better), so that it is what it was before; null where
    /// that was not asked.
    /// </summary>
    public bool? KeptWhatItWasGiven { get; init; }

    /// <summary>The sum of its scores; 0 for the teacher, null for the smaller network.</summary>
    public double? Score { get; init; }

    /// <summary>The latency that the table predicts, in milliseconds; null for the smaller network.</summary>
    public double? PredictedMs { get; init; }

    /// <summary>The measured latency in milliseconds: median and 95 % interval.</summary>
    public MedianInterval? LatencyMs { get; init; }

    /// <summary>Trainable parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates for one image.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Its weights (safetensors), relative to the workspace; null where there are none.</summary>
    public string? Weights { get; init; }

    /// <summary>Why there is no accuracy, if there is none.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it is the teacher under another name: nothing was changed, and fine-tuning made it no better.</summary>
    internal bool IsTeacherItself =>
        KeptWhatItWasGiven is true && Places.Count > 0 && Places.Zip(Operations).All(o => Unchanged.Is(o.First, o.Second));
}
