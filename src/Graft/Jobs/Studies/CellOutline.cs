using System.Diagnostics.CodeAnalysis;
using Graft.Analysis;

namespace Graft.Jobs.Studies;

/// <summary>What the record keeps of a cell.</summary>
internal sealed record CellOutline : Cell
{
    public CellOutline()
    {
    }

    [SetsRequiredMembers]
    public CellOutline(StudyCell cell, StudyMeasurements measurements)
        : base(cell) => Trials = [.. cell.Trials.Select(t => measurements.Outline(cell, t))];

    /// <summary>The trials, by ascending seed.</summary>
    public required IReadOnlyList<TrialOutline> Trials { get; init; }
}
