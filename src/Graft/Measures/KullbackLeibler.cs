namespace Graft.Measures;

/// <summary>
/// KL(teacher ‖ swapped network) of the class probabilities, in nats (<b>Puzzle</b>), with stored or with batch statistics in the swapped network; the teacher
/// keeps its stored ones.
/// </summary>
internal sealed class KullbackLeibler(StatisticsUse statistics) : Measure
{
    /// <inheritdoc/>
    public override string Name => statistics == StatisticsUse.Stored ? "klRise" : "klRiseBatchStatistics";

    /// <inheritdoc/>
    public override string Title => statistics == StatisticsUse.Stored ? "KL to the teacher, stored statistics, ln" : "KL to the teacher, batch statistics, ln";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override double Passes => statistics == StatisticsUse.Stored ? 2 : 5;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => subject.Compare(statistics).Divergence;

    /// <inheritdoc/>
    public override double? Feature(double value) => Log(value);
}
