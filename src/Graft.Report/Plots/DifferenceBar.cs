using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;

namespace Graft.Report.Plots;

/// <summary>A cell's difference to the unchanged network, with the interval that agrees with its verdict.</summary>
/// <param name="Position">The place.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Epochs">How long the network was trained on.</param>
/// <param name="Difference">The difference; null where there is none.</param>
/// <param name="Interval">The interval, around the same difference.</param>
internal sealed record DifferenceBar(Place Position, string Operation, int Epochs, DifferenceTest? Difference, ConfidenceInterval? Interval)
{
    /// <summary>The bars of a study: those of the looks that decided, where seeds were added until verdicts were there.</summary>
    public static IReadOnlyList<DifferenceBar> Of(StudyAnalysis analysis, SequentialJudgement? sequential) => sequential is null
        ? [.. analysis.Cells.Select(c => new DifferenceBar(c.Position, c.Operation, c.Epochs, c.ToTeacher.Difference.Value, c.ToTeacher.CorrectedInterval))]
        : [.. sequential.Cells.Select(c => new DifferenceBar(c.Position, c.Operation, c.Epochs, c.Difference, c.Interval))];
}
