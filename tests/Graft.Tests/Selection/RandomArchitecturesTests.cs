using Graft.Selection;
using Graft.Jobs.Accelerations;
using Graft.Tests.Selection;

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
    public void Draw_SameSeed_GivesTheSame()
    {
        var problem = SelectionProblems.Large(positions: 6, operations: 20, budgetPart: 0.5, seed: 1);

        Assert.Equal(RandomArchitectures.Draw(problem, count: 5, seed: 3), RandomArchitectures.Draw(problem, count: 5, seed: 3));
        Assert.NotEqual(RandomArchitectures.Draw(problem, count: 5, seed: 3), RandomArchitectures.Draw(problem, count: 5, seed: 4));
    }

    [Fact]
    public void Draw_BudgetThatNothingFits_GivesNone() =>
        Assert.Empty(RandomArchitectures.Draw(SelectionProblems.Large(positions: 3, operations: 5, budgetPart: 0, seed: 1) with { BudgetMs = 0.01 }, count: 5, seed: 1));
}
