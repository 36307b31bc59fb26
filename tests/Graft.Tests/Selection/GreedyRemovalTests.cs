using Graft.Selection;

namespace Graft.Tests.Selection;

public sealed class GreedyRemovalTests
{
    private static readonly SelectionProblem Problem = new()
    {
        Positions =
        [
            [Choice("teacher", 0, 1), Choice("identity", 0.3, 0), Choice("conv", 0.01, 0.1)],
            [Choice("teacher", 0, 1), Choice("conv", 0.01, 0.1)],
            [Choice("teacher", 0, 1), Choice("identity", 0.1, 0), Choice("teacher", 0.01, 1) with { Length = 2 }],
            [Choice("teacher", 0, 1), Choice("identity", 0.2, 0)],
        ],
        Outside = new(0.5, 0, 0),
        BudgetMs = 2.5,
    };

    [Theory]
    [InlineData(4.5, "teacher teacher teacher teacher")]
    [InlineData(3.5, "teacher teacher identity teacher")]
    [InlineData(2.5, "teacher teacher identity identity")]
    [InlineData(0.1, "identity teacher identity identity")]
    public void Of_Budget_LeavesOutWhatHurtsLeastUntilItIsMet(double budgetMs, string expected) =>
        Assert.Equal(expected, string.Join(' ', GreedyRemoval.Of(Problem with { BudgetMs = budgetMs })!.Select(c => c.Operation)));

    [Fact]
    public void Of_NothingToLeaveOut_IsNull() => Assert.Null(GreedyRemoval.Of(Problem with { Positions = [Problem.Positions[1]] }));

    private static OperationChoice Choice(string operation, double score, double ms) => new(operation, score, new(ms, 0, 0));
}
