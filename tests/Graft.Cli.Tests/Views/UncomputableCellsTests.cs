using Graft.Cli.Views;

namespace Graft.Cli.Tests.Views;

public sealed class UncomputableCellsTests
{
    [Fact]
    public void Reasons_CellsOfOneLength_AreNamedByReason() => Assert.Equal(
        ["5 residual and 1-2 teacher: nothing varies", "6 identity: no trial has finished"],
        UncomputableCells.Reasons([
            (5, "residual", 1, "nothing varies"), (6, "residual", 1, null), (new(1, 2), "teacher", 1, "nothing varies"),
            (6, "identity", 1, "no trial has finished"),
        ]));

    [Fact]
    public void Reasons_ManyCells_AreShortened() => Assert.Equal(
        ["1 identity, 2 identity, 3 identity and 2 more: nothing varies"],
        UncomputableCells.Reasons(Enumerable.Range(1, 5).Select(i => ((Place)i, "identity", 1, (string?)"nothing varies"))));

    [Fact]
    public void Reasons_SeveralLengths_AreNamed() => Assert.Equal(
        ["1 identity (1 epoch): nothing varies"],
        UncomputableCells.Reasons([(1, "identity", 1, "nothing varies"), (1, "identity", 25, null)]));
}
