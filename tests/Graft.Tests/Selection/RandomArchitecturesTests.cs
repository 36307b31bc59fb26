using Graft.Selection;

namespace Graft.Tests.Selection;

public class RandomArchitecturesTests
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    public void Draw_AnyBudget_GivesDifferentOnesJustBelowIt(double budget)
    {
        var problem = SelectionProblems.Large(positions: 6, operations: 20, budget, seed: 1);

        var drawn = RandomArchitectures.Draw(problem, count: 50, seed: 3);

        Assert.Equal(50, drawn.Count);
        Assert.Equal(50, drawn.Select(choices => string.Join(' ', choices.Select(c => c.Operation))).Distinct().Count());
        Assert.All(drawn, choices => Assert.InRange(SelectionProblems.CostOf(problem, choices).LatencyMs, 0.9 * problem.BudgetMs, problem.BudgetMs));
    }

    [Fact]
    public void Draw_Runs_CoverEveryPositionOnceWithChoicesOfThatPosition()
    {
        var problem = SelectionProblems.LargeWithRuns(positions: 9, operations: 8, longest: 3, budgetPart: 0.5, seed: 1);

        var drawn = RandomArchitectures.Draw(problem, count: 40, seed: 3);

        Assert.Equal(40, drawn.Count);
        Assert.Contains(drawn, choices => choices.Any(c => c.Length == 3));
        Assert.All(drawn, choices =>
        {
            int start = 0;
            foreach (var choice in choices)
            {
                Assert.Contains(problem.Positions[start], c => ReferenceEquals(c, choice));
                start += choice.Length;
            }

            Assert.Equal(9, start);
            Assert.InRange(SelectionProblems.CostOf(problem, choices).LatencyMs, 0.9 * problem.BudgetMs, problem.BudgetMs);
        });
    }

    // The names that a version without runs drew: what was judged in a workspace is found again.
    [Fact]
    public void Draw_SinglePositions_GivesWhatItAlwaysGave()
    {
        var problem = SelectionProblems.Large(positions: 4, operations: 6, budgetPart: 0.5, seed: 1);

        Assert.Equal(
            ["operation5 operation1 operation2 operation4", "operation4 operation1 operation2 operation2"],
            RandomArchitectures.Draw(problem, count: 2, seed: 3).Select(choices => string.Join(' ', choices.Select(c => c.Operation))));
    }

    [Fact]
    public void Draw_SameSeed_GivesTheSame()
    {
        var problem = SelectionProblems.Large(positions: 6, operations: 20, budgetPart: 0.5, seed: 1);

        Assert.Equal(RandomArchitectures.Draw(problem, count: 5, seed: 3), RandomArchitectures.Draw(problem, count: 5, seed: 3));
        Assert.NotEqual(RandomArchitectures.Draw(problem, count: 5, seed: 3), RandomArchitectures.Draw(problem, count: 5, seed: 4));
    }

    [Fact]
    public void Draw_BudgetThatNothingFits_GivesNone() =>
        Assert.Empty(
            RandomArchitectures.Draw(SelectionProblems.Large(positions: 3, operations: 5, budgetPart: 0, seed: 1) with { BudgetMs = 0.01 }, count: 5, seed: 1)
        );
}
