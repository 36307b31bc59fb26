using Graft.Jobs.Studies;

namespace Graft.Report.Tests;

public sealed class StudyViewTests
{
    [Fact]
    public void Operations_SomeMissingAtSomePositions_FollowThePlan()
    {
        StudyView view = new(SyntheticStudy.Published());

        Assert.Equal(
            ["teacher", "identity", "inverted-residual(e=6,k=3)", "conv-stack(w=1,k=3)", "conv-stack(w=2,k=3)", "residual(w=2,k=3)", "bottleneck(w=2,k=3)"],
            view.Operations);
    }

    [Fact]
    public void Positions_TeacherCellOfNoPosition_GetsNoRow()
    {
        StudyResult study = SyntheticStudy.Published();
        StudyView view = new(study with { Cells = [.. study.Cells.Select(c => c.Operation == "teacher" ? c with { Position = 0, Path = "" } : c)] });

        Assert.Equal([1, 7, 18], view.Positions.Select(p => p.Index));
        Assert.Equal(["block1.layer.0", "block2.layer.0", "block3.layer.5"], view.Positions.Select(p => p.Path));
    }

    [Fact]
    public void Positions_Run_IsNamedFromItsFirstPositionToItsLast()
    {
        StudyResult study = SyntheticStudy.WithRun();
        StudyView view = new(study);

        Assert.Equal(["1 · block1.layer.0", "2 · block1.layer.1", "1-2 · block1.layer.0 to block1.layer.1"], view.Positions.Select(p => p.Name));
        Assert.Equal("1-2 · block1.layer.0 to block1.layer.1", view.PlaceOf(study.Cells[^1]));
    }

    [Theory]
    [InlineData("resnet-20", "1-2 · layer1.0 to layer1.1")]
    [InlineData("onnx-0123456789ab", "1-2")] // only the study knows its paths
    public void PlaceOf_RunWhoseLastPositionIsNotInTheStudy_TakesItsPathFromTheNetworkOrHasNone(string network, string expected)
    {
        StudyResult study = SyntheticStudy.WithRun();
        CellResult run = study.Cells[^1] with { Path = "layer1.0" };
        StudyView view = new(study with { Network = network, Cells = [run] });

        Assert.Equal(expected, view.PlaceOf(run));
    }

    [Fact]
    public void HasBaseline_OwnBlockOfARunAlone_IsNone()
    {
        StudyResult study = SyntheticStudy.WithRun();

        Assert.True(new StudyView(study).HasBaseline);
        Assert.False(new StudyView(study with { Cells = [study.Cells[^1]] }).HasBaseline);
    }

    [Fact]
    public void SharedTeacher_OneCellForALength_StandsAtEveryPosition()
    {
        StudyView view = new(SyntheticStudy.Published());

        Assert.All(view.Positions, p => Assert.Same(view.SharedTeacher(25), view.CellsAt(p.Index, 25)[0]));
    }

    [Fact]
    public void SharedTeacher_ACellForEachPosition_IsNull()
    {
        StudyResult study = SyntheticStudy.Published();
        CellResult teacher = study.Cells.First(c => c.Operation == "teacher");
        StudyView view = new(study with { Cells = [.. study.Cells, teacher with { Position = 7 }] });

        Assert.Null(view.SharedTeacher(teacher.Epochs));
        Assert.Equal(7, view.CellsAt(7, teacher.Epochs)[0].Position);
    }

    [Fact]
    public void Cell_TwoAtOnePlace_TheFirstCounts()
    {
        StudyResult study = SyntheticStudy.Published();
        CellResult first = study.Cells[0];
        StudyView view = new(study with { Cells = [first, first with { Mean = 0 }] });

        Assert.Same(first, view.Cell(first.Position, first.Operation, first.Epochs));
    }
}
