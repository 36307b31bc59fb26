using CsCheck;
using Graft.Selection;
using Graft.Tests.Fixtures;

namespace Graft.Tests.Selection;

public class ArchitectureSelectorTests
{
    private const double Tolerance = 1e-7; // the solver rounds scores to 1e-8 of the largest

    private static readonly SelectionProblem TwoPositions = new()
    {
        Positions =
        [
            [new("teacher", 0, new(2, 100, 1000)), new("cheap", 0.5, new(1, 50, 100)), new("identity", 2, new(0, 0, 0))],
            [new("teacher", 0, new(2, 100, 1000)), new("cheap", 0.1, new(1, 80, 100))],
        ],
        Outside = new(0.5, 10, 10),
        BudgetMs = 3.5,
        MaxOverlap = 0.5,
    };

    // The ninth is made of operations that the first integer program was not given; the tenth is left to the program.
    [Fact]
    public void Select_FoundByEnumerationOutsideTheCore_GoesOn()
    {
        static double Score(int index) => index < 8 ? index / 1000.0 : index == 8 ? 0.1 : 0.2;
        IReadOnlyList<OperationChoice> choices = [.. Enumerable.Range(0, 1000).Select(i => new OperationChoice($"operation{i}", Score(i), new(1, 0, 0)))];
        var problem = new SelectionProblem { Positions = [choices, choices], BudgetMs = 10, MaxOverlap = 0 };

        var found = ArchitectureSelector.Select(problem, count: 10, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => 2 * Score(i))], found.Select(f => f.Score), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void RequireFeasible_FastestOfAll_IsWhatCounts()
    {
        IReadOnlyList<OperationChoice> choices = [new("slow", 0, new(2, 0, 0)), new("fast", 9, new(0.5, 0, 0)), new("run", 9, new(0.75, 0, 0)) { Length = 2 }];
        var problem = new SelectionProblem { Positions = [choices, [.. choices.Take(2)]], Outside = new(0.25, 10, 10), BudgetMs = 1, MaxParameters = 5 };

        ArchitectureSelector.RequireFeasible(problem); // whatever its size
        var error = Assert.Throws<ConfigurationException>(() => ArchitectureSelector.RequireFeasible(problem with { BudgetMs = 0.99 }));

        Assert.StartsWith("No architecture is within the latency budget of 0.99 ms: the fastest takes 1 ms.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_CaseWorkedByHand_GivesTheBestArchitecturesInOrder()
    {
        var found = Select(TwoPositions, 10);

        // Within 3.5 ms: teacher+cheap 0.1, cheap+teacher 0.5, cheap+cheap 0.6, identity+teacher 2, identity+cheap 2.1. Two solutions may share one position.
        Assert.Equal(["teacher cheap", "cheap teacher", "cheap cheap", "identity teacher", "identity cheap"], found.Select(Names));
        Assert.Equal([0.1, 0.5, 0.6, 2, 2.1], found.Select(f => Math.Round(f.Score, 6)));
        Assert.All(found, f => Assert.True(f.IsOptimal));
        Assert.Equal(new ArchitectureCost(3.5, 190, 1110), found[0].Cost);
    }

    [Fact]
    public void Select_NoOverlapAllowed_GivesDisjointArchitectures()
    {
        var found = Select(TwoPositions with { MaxOverlap = 0 }, 10);

        Assert.Equal(["teacher cheap", "cheap teacher"], found.Select(Names));
    }

    [Fact]
    public void Select_LimitsOnSize_AreKept()
    {
        Assert.Equal("cheap cheap", Names(Select(TwoPositions with { MaxParameters = 140 }, 1)[0]));
        Assert.Equal("cheap cheap", Names(Select(TwoPositions with { MaxMultiplyAccumulates = 300 }, 1)[0]));
    }

    [Fact]
    public void Select_BudgetBelowTheFastest_SaysTheSmallestFeasibleOne()
    {
        var error = Assert.Throws<ConfigurationException>(() => Select(TwoPositions with { BudgetMs = 1.2 }, 1));

        Assert.Equal(
            "No architecture is within the latency budget of 1.2 ms: the fastest takes 1.5 ms. Raise the budget to that at least, or offer more operations.",
            error.Message
        );
        Assert.Equal("identity cheap", Names(Select(TwoPositions with { BudgetMs = 1.5 }, 1)[0]));
    }

    [Fact]
    public void Select_OtherLimitsThatNothingMeets_SaysWhich()
    {
        var error = Assert.Throws<ConfigurationException>(() => Select(TwoPositions with { MaxParameters = 20 }, 1));

        Assert.Equal("No architecture has at most 20 parameters, however slow. Raise these limits or offer smaller operations.", error.Message);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.NaN)]
    [InlineData(0, -1)]
    public void Select_ChoiceThatIsNotANumber_Throws(double score, double latency)
    {
        var problem = TwoPositions with { Positions = [[new("odd", score, new(latency, 0, 0))]] };

        Assert.StartsWith("'odd' has score", Assert.Throws<ArgumentException>(() => Select(problem, 1)).Message);
    }

    [Fact]
    public void Select_SmallProblems_EqualsBruteForce() => SelectionProblems.Small.ForAll(EqualsBruteForce, cases: 150);

    [Fact]
    public void Select_SmallProblemsWithRuns_EqualsBruteForce() => SelectionProblems.SmallWithRuns.ForAll(EqualsBruteForce, cases: 300);

    private static void EqualsBruteForce(SelectionProblem problem) => EqualsBruteForce(problem, count: 3);

    private static void EqualsBruteForce(SelectionProblem problem, int count)
    {
        var feasible = SelectionProblems.Feasible(problem).ToList();
        if (feasible.Count == 0)
        {
            Assert.Throws<ConfigurationException>(() => Select(problem, count));
            return;
        }

        int mostCommon = (int)Math.Floor(problem.MaxOverlap * problem.Positions.Count + 1e-9);
        var found = Select(problem, count);
        foreach (var solution in found)
        {
            Assert.True(SelectionProblems.IsWithin(problem, solution.Choices));
            Assert.Equal(problem.Positions.Count, solution.Choices.Sum(c => c.Length));
            Assert.True(solution.IsOptimal);
            Assert.Equal(feasible.Min(choices => choices.Sum(c => c.Score)), solution.Score, Tolerance);
            Assert.Equal(SelectionProblems.CostOf(problem, solution.Choices), solution.Cost);
            feasible.RemoveAll(choices => SelectionProblems.Common(choices, solution.Choices) > mostCommon);
        }

        Assert.True(found.Count == count || feasible.Count == 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Select_FewOperationsAndManySolutions_EqualsBruteForce(int seed) =>
        EqualsBruteForce(SelectionProblems.Removal(positions: 10, seed) with { MaxOverlap = 0.6 }, count: 40);

    [Fact]
    public void Select_Runs_CoverEveryPositionOnce()
    {
        var problem = TwoPositions with
        {
            Positions = [[.. TwoPositions.Positions[0], new("block", 0.05, new(2, 100, 1000)) { Length = 2 }], TwoPositions.Positions[1]],
        };

        var found = Select(problem, 2);

        Assert.Equal(["block", "teacher cheap"], found.Select(Names));
        Assert.Equal(["1-2 block"], found[0].Places.Select(p => $"{p.Place} {p.Choice.Operation}"));
        Assert.Equal(["1 teacher", "2 cheap"], found[1].Places.Select(p => $"{p.Place} {p.Choice.Operation}"));
    }

    [Fact]
    public void Select_RunBeyondTheLastPosition_Throws()
    {
        var problem = TwoPositions with { Positions = [[new("teacher", 0, new(1, 0, 0)), new("block", 0, new(1, 0, 0)) { Length = 2 }]] };

        Assert.StartsWith("'block' stands for 2 positions, more than there are", Assert.Throws<ArgumentException>(() => Select(problem, 1)).Message);
    }

    [Theory]
    [InlineData(0.33)]
    [InlineData(0.5)]
    public void Select_TwentySevenPositionsWithRuns_GivesManyProvenSolutions(double budget)
    {
        var problem = SelectionProblems.LargeWithRuns(positions: 27, operations: 20, longest: 4, budget, seed: 1);
        int mostCommon = (int)(0.7 * 27);

        var found = Select(problem, 100);

        Assert.Equal(100, found.Count);
        Assert.All(found, f => Assert.True(f.IsOptimal && SelectionProblems.IsWithin(problem, f.Choices)));
        Assert.Equal(found.Select(f => f.Score).Order(), found.Select(f => f.Score));
        Assert.All(found.Index(), f => Assert.All(found.Take(f.Index), e => Assert.True(SelectionProblems.Common(e.Choices, f.Item.Choices) <= mostCommon)));
        Assert.Contains(found, f => f.Choices.Any(c => c.Length > 1));
    }

    [Fact]
    public void SmallestFeasibleBudgetMs_SmallProblems_EqualsBruteForceAndIsFeasible() => SelectionProblems.Small.ForAll(
        problem =>
        {
            var any = SelectionProblems
            .Feasible(problem with { BudgetMs = double.PositiveInfinity })
            .Select(c => SelectionProblems.CostOf(problem, c).LatencyMs).ToList();
            var smallest = ArchitectureSelector.SmallestFeasibleBudgetMs(problem);
            Assert.Equal(any.Count > 0, smallest.HasValue);
            if (smallest is { } budget)
            {
                Assert.Equal(any.Min(), budget);
                Assert.Single(Select(problem with { BudgetMs = budget }, 1));
                Assert.Single(Select(problem with { BudgetMs = LatencyBudget.Parse(LatencyBudget.Shown(budget) + "ms").ToMs(0) }, 1));
            }
        },
        cases: 50);

    [Fact]
    public void Sweep_LargerBudgets_NeverScoreWorse()
    {
        var problem = SelectionProblems.Large(positions: 6, operations: 40, budgetPart: 0.5, seed: 1);

        var front = ArchitectureSelector.Sweep(
            problem, Enumerable.Range(0, 12).Select(i => 0.1 + 0.6 * i), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(11, front.Count); // nothing fits 0.1 ms: stem and head alone take 0.2
        Assert.Equal(front.OrderByDescending(f => f.Score).Select(f => f.Score), front.Select(f => f.Score));
        Assert.Equal(0, front[^1].Score); // the teacher
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.7)]
    public void Select_AtEqualLatency_BeatsOrEqualsGreedyAndRandom(double budget)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            var problem = SelectionProblems.Large(positions: 8, operations: 30, budget, seed);
            double score = Select(problem, 1)[0].Score;
            Assert.True(score <= SelectionProblems.Greedy(problem) + Tolerance);
            Assert.True(score <= SelectionProblems.BestOfRandom(problem, draws: 2000, seed));
        }
    }

    [Fact]
    public void Select_SameProblemTwice_GivesTheSameSolutions()
    {
        var problem = SelectionProblems.Large(positions: 6, operations: 20, budgetPart: 0.5, seed: 3);

        Assert.Equal(Select(problem, 8).Select(Names), Select(problem, 8).Select(Names));
    }

    private static IReadOnlyList<SelectedArchitecture> Select(SelectionProblem problem, int count) =>
        ArchitectureSelector.Select(problem, count, cancellation: TestContext.Current.CancellationToken);

    private static string Names(SelectedArchitecture architecture) => string.Join(' ', architecture.Choices.Select(c => c.Operation));
}
