using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;
using Graft.Jobs.Studies;
using Graft.Report.Plots;

namespace Graft.Report.Tests.Plots;

public sealed class DifferenceBarTests
{
    private static readonly StudyResult Study = SyntheticStudy.WithAnalysis(SyntheticStudy.Published());

    [Fact]
    public void Of_SeedsThatWereGiven_HasTheIntervalsOfTheVerdicts() => Assert.Equal(
        Study.Analysis!.Cells.Select(c => (c.Operation, c.ToTeacher.CorrectedInterval)),
        DifferenceBar.Of(Study.Analysis, sequential: null).Select(b => (b.Operation, b.Interval)));

    [Fact]
    public async Task Of_SeedsThatWereAdded_HasTheIntervalsOfTheLooksAndTheReportTheirMargin()
    {
        var interval = new ConfidenceInterval(-0.04, -0.074, -0.0025);
        var cell = new SequentialCell
        {
            Position = 7,
            Operation = "identity",
            Epochs = 25,
            Verdict = VerdictKind.Worse,
            Seeds = 4,
            Difference = Study.Analysis!.Cells.Select(c => c.ToTeacher.Difference.Value).First(difference => difference is not null),
            Interval = interval,
        };
        var sequential = new SequentialJudgement { Margin = 0.0125, Looks = [3, 4], Cells = [cell], Requests = [] };

        Assert.Equal(interval, Assert.Single(DifferenceBar.Of(Study.Analysis, sequential)).Interval);

        string page = await StudyReport.RenderAsync(Study with { Sequential = sequential });
        Assert.Contains("corrected for the number of cells and looks as the verdicts are; the band is the margin of", page, StringComparison.Ordinal);
        Assert.Contains("1.25 points within which a difference does not matter", page, StringComparison.Ordinal);
    }
}
