using Graft.Jobs.Accelerations;
using Graft.Steps;

namespace Graft.Tests.Jobs.Accelerations;

public sealed class SelectionPhaseTests
{
    [Fact]
    public void SmallestOf_RunThatIsCheaperThanItsPositions_IsTheCheapestCover() =>
        Assert.Equal(
            [new(1, "b"), new(new(2, 3), "c")],
            Smallest((1, "teacher", 9), (1, "b", 4), (2, "teacher", 9), (2, "b", 4), (3, "teacher", 9), (new(2, 3), "c", 7)));

    [Fact]
    public void SmallestOf_IdentitiesBesideARun_TakesThem() =>
        Assert.Equal(
            [new(1, "identity"), new(2, "identity")],
            Smallest((1, "teacher", 9), (1, "identity", 0), (2, "teacher", 9), (2, "identity", 0), (new(1, 2), "c", 1)));

    [Fact]
    public void SmallestOf_OperationAsLargeAsTheTeachers_LeavesTheTeachers() =>
        Assert.Equal([new(2, "b")], Smallest((1, "teacher", 9), (1, "b", 9), (2, "teacher", 9), (2, "b", 8)));

    [Fact]
    public void SmallestOf_NothingSmallerThanTheTeacher_IsNothing() =>
        Assert.Empty(SelectionPhase.SmallestOf([new(1, "teacher", 0, 9), new(1, "b", 0, 10)]));

    private static IReadOnlyList<OperationAt> Smallest(params (Place Place, string Operation, long MultiplyAccumulates)[] candidates) =>
        Assert.Single(SelectionPhase.SmallestOf([.. candidates.Select(c => new AccelerationCandidate(c.Place, c.Operation, 0, c.MultiplyAccumulates))]));
}
