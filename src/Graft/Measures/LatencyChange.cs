namespace Graft.Measures;

/// <summary>
/// Time of the candidate's forward pass for one batch on one thread over that of the teacher's operation, less 1: see <see cref="LatencyComparison"/>. It
/// hardly moves with the load of the machine, as milliseconds do.
/// </summary>
internal sealed class LatencyChange : Measure
{
    /// <inheritdoc/>
    public override string Name => "latency";

    /// <inheritdoc/>
    public override string Title => "latency, change";

    /// <inheritdoc/>
    public override int Revision => 4; // 1: the difference of both medians, in milliseconds; 2: the ratio of times on the clock; 3: on all threads

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 1;

    /// <inheritdoc/>
    internal override double Seconds => LatencyComparison.UsualSeconds;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => subject.Latency.Change;

    /// <inheritdoc/>
    internal override bool IsSameQuantity(string? revision) => revision == CodeIdentity;
}
