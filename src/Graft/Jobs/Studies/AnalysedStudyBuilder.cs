using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Operations;

namespace Graft.Jobs.Studies;

/// <summary>Gives the analysis what it needs of a study: each cell with what its networks answered for each test image.</summary>
internal static class AnalysedStudyBuilder
{
    // Outlines of old versions do not say it: where positions are and which of them halve the feature maps does not depend on the images.
    private static readonly ImageShape AnyImage = new(3, 32, 32);

    public static AnalysedStudy Build(StudyOutline outline, IReadOnlyList<CellResult> cells, IStepRecord record)
    {
        var old = outline.Positions is null ? NetworkCatalog.Define(outline.Plan.Network, AnyImage, classes: 10).Positions : [];
        return new()
        {
            PositionCount = outline.Positions ?? old.Count,
            FirstHalving = outline.FirstHalving ?? old.FirstOrDefault(p => p.Stride > 1)?.Index,
            Parameters = outline.Parameters,
            MultiplyAccumulates = outline.MultiplyAccumulates,
            Cells =
            [
                .. cells
                    .DistinctBy(c => c.Key)
                    .Select(c => new AnalysedCell(c, c.Accuracies, Outcomes(c))
                    {
                        IsControl = OperationSpec.IsControl(c.Operation),
                        HasFailed = c.State == StepState.Failed,
                    }),
            ],
        };

        List<TrialOutcome> Outcomes(CellResult cell) =>
        [
            .. cell.Trials.Where(t => t.State == StepState.Done)
                .Select(t => (t.Seed, Outcome: record.Outcome(t.Key)))
                .Where(t => t.Outcome is not null)
                .Select(t => new TrialOutcome(t.Seed, t.Outcome!)),
        ];
    }
}
