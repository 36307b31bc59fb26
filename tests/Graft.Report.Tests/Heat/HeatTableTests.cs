using Graft.Jobs.Studies;
using Graft.Report.Heat;

namespace Graft.Report.Tests.Heat;

public sealed class HeatTableTests
{
    [Fact]
    public void Row_First_HasTheSharedTeacherDownAllRows()
    {
        HeatTable table = Table(SyntheticStudy.Published());

        Assert.Equal(3, table.Row(0).First().Rows);
        Assert.Equal([7, 6, 6], Enumerable.Range(0, 3).Select(i => table.Row(i).Count()));
    }

    [Fact]
    public void Row_CellOutsideThePlan_SaysSo()
    {
        StudyResult study = SyntheticStudy.Published();
        HeatTable table = Table(study with { Cells = [.. study.Cells.Where(c => c.Position != 7 || c.Operation != "residual(w=2,k=3)")] });

        HeatCell cell = Assert.Single(table.Row(1), c => c.Kind == HeatKind.NotPlanned);
        Assert.Equal("residual(w=2,k=3) at position 7 is not part of the plan", cell.Title);
    }

    [Fact]
    public void Row_FailedCell_CarriesTheErrorInItsTitle()
    {
        HeatCell cell = Assert.Single(Table(SyntheticStudy.Failed()).Row(0), c => c.Kind == HeatKind.Failed);

        Assert.EndsWith("training diverged at epoch 3: the loss is not a number", cell.Title, StringComparison.Ordinal);
        Assert.Null(cell.Style);
    }

    [Fact]
    public void Row_OneTrial_HasNoDeviation()
    {
        HeatCell cell = Table(SyntheticStudy.Make(1, 3, [25], seeds: 1)).Row(0).Last(c => c.Kind == HeatKind.Measured);

        Assert.DoesNotContain("±", cell.Value, StringComparison.Ordinal);
        Assert.StartsWith("n = 1 · ", cell.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Extremes_Published_NameTheCells()
    {
        StudyResult study = SyntheticStudy.Published();
        CellResult worst = study.Cells.Where(c => c.Epochs == 25).MinBy(c => c.DifferenceToTeacher)!;

        Assert.StartsWith(
            $"Differences to the teacher run from {Format.Points(worst.DifferenceToTeacher)} (position {worst.Position}, {worst.Operation}) to +",
            Table(study).Extremes(), StringComparison.Ordinal);
    }

    [Fact]
    public void Extremes_NothingMeasured_AreNull()
    {
        Assert.Null(Table(SyntheticStudy.Pending()).Extremes());
    }

    private static HeatTable Table(StudyResult study)
    {
        StudyView view = new(study);
        return new HeatTable(view, 25, HeatTable.ScaleOf(view));
    }
}
