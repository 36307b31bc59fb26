using Graft.Operations;
using Graft.Training;

namespace Graft.Cli.Views;

/// <summary>How a network of a file of weights did.</summary>
internal sealed class WeightsEvaluationView : EvaluationView
{
    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>What it costs.</summary>
    public required OperationCost Cost { get; init; }

    /// <summary>What convolutions were computed in.</summary>
    public required Precision Precision { get; init; }

    /// <summary>What it was computed on.</summary>
    public required string Device { get; init; }

    /// <summary>The answers.</summary>
    public required EvaluationResult Result { get; init; }

    /// <summary>How fast.</summary>
    public required double ImagesPerSecond { get; init; }

    /// <inheritdoc/>
    public override object Document => new
    {
        network = Network,
        data = Images.Name,
        Result.Accuracy,
        Result.Correct,
        images = Images.Test.Count,
        Result.Loss,
        Cost.Parameters,
        Cost.MultiplyAccumulates,
        precision = Precision.ToText(),
        normalization = NormalizationSource,
        reorderedClasses = ReordersClasses,
        remark = Remark,
        imagesPerSecond = ImagesPerSecond,
    };

    /// <inheritdoc/>
    protected override int Correct => Result.Correct;

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Predicted => Result.Predicted;

    /// <inheritdoc/>
    protected override string More => Invariant($", loss {Result.Loss:0.0000}");

    /// <inheritdoc/>
    protected override IEnumerable<string> Subject =>
    [
        Invariant($"{Network}, {Format.Count(Cost.Parameters)} parameters, {Format.Millions(Cost.MultiplyAccumulates)} M multiply-accumulates"),
        Invariant($"{Pixels}; computed in {Precision.ToText()} on {Device}, {ImagesPerSecond:N0} images/s"),
    ];
}
