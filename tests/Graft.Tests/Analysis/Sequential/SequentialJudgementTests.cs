using Graft.Analysis;
using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;
using Graft.Tests.Analysis.Findings;

namespace Graft.Tests.Analysis.Sequential;

public sealed class SequentialJudgementTests
{
    private static readonly SequentialPlan Plan = new() { MaxSeeds = 6 };

    [Fact]
    public void Of_FewerSeedsThanTheFirstLook_AsksForThem()
    {
        var judgement = Judge(Study(seeds: 2));

        Assert.Empty(judgement.Looks);
        Assert.Equal([("teacher", 3), ("identity", 3), ("conv-stack(w=1,k=3)", 3)], judgement.Requests.Select(r => (r.Operation, r.Seeds)));
        Assert.All(judgement.Cells, c => Assert.Equal((VerdictKind.Undecided, 0), (c.Verdict, c.Seeds)));
    }

    [Fact]
    public void Of_OneClearCell_AsksForTheOpenOneOnly()
    {
        var judgement = Judge(Study(seeds: 3), margin: 0.002);

        Assert.Equal([3], judgement.Looks);
        Assert.Equal([(VerdictKind.Worse, 3), (VerdictKind.Undecided, 3)], judgement.Cells.Select(c => (c.Verdict, c.Seeds)));
        Assert.Equal([("teacher", 4), ("conv-stack(w=1,k=3)", 4)], judgement.Requests.Select(r => (r.Operation, r.Seeds)));
        Assert.Null(judgement.Cells[0].SeedsToDecide);
        Assert.NotNull(judgement.Cells[1].SeedsToDecide);
    }

    [Fact]
    public void Of_AnyLook_IntervalsAgreeWithVerdictsAndAreWiderThanThoseOfOneLook()
    {
        var judgement = Judge(Study(seeds: 3), margin: 0.002);

        Assert.True(judgement.Cells[0].Interval!.Upper < 0);
        Assert.InRange(0, judgement.Cells[1].Interval!.Lower, judgement.Cells[1].Interval!.Upper);
        Assert.All(
            judgement.Cells,
            cell =>
            {
                Assert.True(cell.Interval!.Lower < cell.Difference!.Lower);
                Assert.True(cell.Interval.Upper > cell.Difference.Upper);
            }
        );
        Assert.All(Judge(Study(seeds: 2)).Cells, cell => Assert.Null(cell.Interval));
    }

    [Fact]
    public void Of_MoreSeedsOfADecidedCell_ChangesNothing()
    {
        var study = Study(seeds: 3, ofOpen: 3, ofClear: 6);

        Assert.Equal(
            Judge(Study(seeds: 3), margin: 0.002).Cells.Select(c => (c.Verdict, c.Seeds, c.Difference, c.Interval)),
            Judge(study, margin: 0.002).Cells.Select(c => (c.Verdict, c.Seeds, c.Difference, c.Interval))
        );
    }

    // What was decided stays decided, and nothing more is asked for: no seed would be compared with anything.
    [Fact]
    public void Of_TeacherThatFailedLater_KeepsTheVerdictsOfTheLooksBefore()
    {
        var before = Judge(Study(seeds: 3), margin: 0.002);

        var after = Judge(Study(seeds: 3).Failed("teacher"), margin: 0.002);

        Assert.Equal(
            before.Cells.Select(c => (c.Verdict, c.Seeds, c.Difference, c.Reason)),
            after.Cells.Select(c => (c.Verdict, c.Seeds, c.Difference, c.Reason)));
        Assert.Equal(before.Looks, after.Looks);
        Assert.Empty(after.Requests);
    }

    [Fact]
    public void Of_CellThatFailed_CountsAsWhatItWasAndHoldsNothingUp()
    {
        MadeUpStudy Two(int ofSecond) => new MadeUpStudy().With(1, "teacher", 0.9, seeds: 4, noise: 0.004)
            .With(1, "identity", 0.9, seeds: 4, noise: 0.004).With(2, "identity", 0.9, seeds: ofSecond, noise: 0.004);

        var judgement = Judge(Two(ofSecond: 3).Failed("identity", 2), margin: 0.0001);

        Assert.Equal([3, 4], judgement.Looks);
        Assert.Equal([(4, false), (3, true)], judgement.Cells.Select(c => (c.Seeds, c.HasStopped)));
        Assert.Equal([("teacher", 1), ("identity", 1)], judgement.Requests.Select(r => (r.Operation, r.Position.First)));
        Assert.Equal([3], Judge(Two(ofSecond: 3), margin: 0.0001).Looks); // one that is only not there yet is waited for
    }

    [Fact]
    public void Of_CellThatFailedBeforeTheFirstLook_SaysWhy()
    {
        var study = new MadeUpStudy().With(1, "teacher", 0.9, seeds: 3).With(1, "identity", 0.9, seeds: 3)
            .With(2, "identity", 0.9, seeds: 1).Failed("identity", 2);

        var cell = Judge(study).Cells[1];

        Assert.Equal((VerdictKind.NotComputable, "a trial of it or of the unchanged network failed"), (cell.Verdict, cell.Reason));
    }

    // The cell that failed is a control, whose noise is not pooled: nothing but the levels could change.
    [Fact]
    public void Of_CellThatFailed_LeavesTheLevelsOfTheOthersAsTheyAre()
    {
        MadeUpStudy Two(int ofSecond) => new MadeUpStudy().With(1, "teacher", 0.9, seeds: 3, noise: 0.004)
            .With(1, "identity", 0.9, seeds: 3, noise: 0.004).With(2, "residual(w=match,k=3)", 0.9, seeds: ofSecond, control: true);

        var failed = Judge(Two(ofSecond: 1).Failed("residual(w=match,k=3)", 2), margin: 0.0001).Cells;
        var repeated = Judge(Two(ofSecond: 3), margin: 0.0001).Cells;

        Assert.Equal([VerdictKind.NotComputable, VerdictKind.Undecided], new[] { failed[1].Verdict, repeated[1].Verdict });
        Assert.Equal(repeated[0].Difference, failed[0].Difference);
        Assert.Equal(repeated[0].Interval, failed[0].Interval);
    }

    [Fact]
    public void Of_OpenCell_SeedsToDecideAreOfTheLevelsOfTheirLook()
    {
        var study = new MadeUpStudy().With(1, "teacher", 0.9, seeds: 3, noise: 0.004).With(1, "identity", 0.885, seeds: 3, noise: 0.004);
        var cell = SequentialJudgement.Of(study.Study, new() { MaxSeeds = 12 }, new() { Margin = 0.0001 }).Cells[0];

        var (test, seeds) = (cell.Difference!, cell.SeedsToDecide!.Value!.Seeds);
        int inOneLook = SeedEstimate.ToDecide(test.Difference, test.Components!, test.Images, 3, 0.0001, 0.05, 0.05).Value!.Seeds;

        Assert.InRange(seeds, inOneLook + 1, 12);
        Assert.InRange(PowerAt(seeds), SeedEstimate.WantedPower, 1);
        Assert.InRange(PowerAt(seeds - 1), 0, SeedEstimate.WantedPower);

        double PowerAt(int n)
        {
            double[] shares = [.. Enumerable.Range(3, 10).Select(s => s / 12.0)];
            double pooled = new SequentialBounds(shares, 0.05).LevelAt(n - 3), own = new SequentialBounds(shares, PValues.OwnLevel).LevelAt(n - 3);
            return SeedEstimate.PowerOfDifference(
                test.Difference,
                test.Components!.OfMean(n, test.Images, pooled: false),
                own,
                test.Components.OfMean(n, test.Images, pooled: true).HalfWidth(1 - pooled));
        }
    }

    [Fact]
    public void Of_TheLastLook_AsksForNothingMore()
    {
        var judgement = Judge(Study(seeds: 6), margin: 1e-6);

        Assert.Equal([3, 4, 5, 6], judgement.Looks);
        Assert.Equal(VerdictKind.Undecided, judgement.Cells[1].Verdict);
        Assert.Empty(judgement.Requests);
    }

    [Fact]
    public void Of_AllDecided_AsksForNothingMore()
    {
        var judgement = Judge(Study(seeds: 4), margin: 0.02);

        Assert.Equal([VerdictKind.Worse, VerdictKind.Equivalent], judgement.Cells.Select(c => c.Verdict));
        Assert.Empty(judgement.Requests);
    }

    [Fact]
    public void Of_OpenCells_SoonestDecidableFirst()
    {
        var study = new MadeUpStudy().With(1, "teacher", 0.9, seeds: 3, noise: 0.004)
            .With(1, "identity", 0.9003, seeds: 3, noise: 0.004).With(2, "identity", 0.892, seeds: 3, noise: 0.004);

        var judgement = Judge(study, margin: 0.0001);

        Assert.All(judgement.Cells, c => Assert.Equal(VerdictKind.Undecided, c.Verdict));
        Assert.Equal([("teacher", 1), ("identity", 2), ("identity", 1)], judgement.Requests.Select(r => (r.Operation, r.Position)));
    }

    [Fact]
    public void Of_NoTeacher_SaysWhy()
    {
        var cell = Judge(new MadeUpStudy().With(1, "identity", 0.8)).Cells[0];

        Assert.Equal((VerdictKind.NotComputable, "the study has no 'teacher' trained on for 25 epochs to compare with"), (cell.Verdict, cell.Reason));
    }

    [Fact]
    public void Plan_AnyFault_NamesAllOfThem()
    {
        var error = Assert.Throws<ConfigurationException>(() => new SequentialPlan { FirstSeeds = 1, MaxSeeds = 0, Step = 0 }.Validate());

        Assert.Equal(
            "Deciding seed by seed: the first look has 1 seed; it needs at least 2; there are at most 0 seeds, fewer than the 1 of the first look; allow more; 0 seeds lie between looks; it must be at least 1.",
            error.Message);
        Assert.Equal([3, 5, 7, 8], new SequentialPlan { MaxSeeds = 8, Step = 2 }.Looks);
    }

    private static SequentialJudgement Judge(MadeUpStudy study, double margin = 0.005) => SequentialJudgement.Of(study.Study, Plan, new() { Margin = margin });

    private static MadeUpStudy Study(int seeds, int? ofOpen = null, int? ofClear = null) =>
        new MadeUpStudy()
            .With(1, "teacher", 0.9, seeds: Math.Max(seeds, ofClear ?? 0), noise: 0)
            .With(1, "identity", 0.8, seeds: ofClear ?? seeds, noise: 0)
            .With(1, "conv-stack(w=1,k=3)", 0.9, seeds: ofOpen ?? seeds, noise: 0);
}
