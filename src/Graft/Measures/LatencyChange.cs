namespace Graft.Measures;

/// <summary>
/// Time of the candidate's forward pass for one batch less that of the teacher's operation, in milliseconds: medians of turns. Other load falls on both alike,
/// but it is no latency table, for which nothing else should run.
/// </summary>
internal sealed class LatencyChange : Measure
{
    /// <inheritdoc/>
    public override string Name => "latency";

    /// <inheritdoc/>
    public override string Title => "latency, change";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Passes => 1;

    /// <inheritdoc/>
    public override double Of(MeasureSubject subject) => subject.LatencyMs.Candidate - subject.LatencyMs.Own;
}
