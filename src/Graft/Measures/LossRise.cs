namespace Graft.Measures;

/// <summary>
/// Cross-entropy of the swapped network less that of the teacher, in nats (<b>LANA</b> eq. 3), both with stored or both with batch statistics.
/// </summary>
internal sealed class LossRise(StatisticsUse statistics) : Measure
{
    /// <inheritdoc/>
    public override string Name => statistics == StatisticsUse.Stored ? "lossRise" : "lossRiseBatchStatistics";

    /// <inheritdoc/>
    public override string Title => statistics == StatisticsUse.Stored ? "loss rise, stored statistics" : "loss rise, batch statistics";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override double Passes => statistics == StatisticsUse.Stored ? 2 : 5;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => subject.Compare(statistics).LossRise;
}
