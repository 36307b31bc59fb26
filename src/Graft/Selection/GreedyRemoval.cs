using Graft.Operations;

namespace Graft.Selection;

/// <summary>
/// What one would do without an integer program: leave out the operations that hurt least by themselves, one after another, until the budget is met.
/// </summary>
internal static class GreedyRemoval
{
    /// <summary>
    /// The architecture, the operation of each position; as fast as it gets where that is not within the budget. Null where nothing can be left out.
    /// </summary>
    /// <param name="problem">The problem; limits on size do not matter.</param>
    public static IReadOnlyList<OperationChoice>? Of(SelectionProblem problem)
    {
        var single = problem.SinglePositions();
        var chosen = single.Positions.Select(choices => choices.First(c => c.Operation == TeacherOperation.FamilyName)).ToArray();
        var removable = single.Positions
            .Select((choices, i) => (Position: i, Removed: choices.FirstOrDefault(c => c.Operation == IdentityOperation.FamilyName)))
            .Where(x => x.Removed is not null).OrderBy(x => x.Removed!.Score).ToList();
        foreach (var (position, removed) in removable.TakeWhile(_ => LatencyMs() > problem.BudgetMs))
        {
            chosen[position] = removed!;
        }

        return removable.Count > 0 ? chosen : null;

        double LatencyMs() => chosen.Aggregate(problem.Outside, (sum, c) => sum + c.Cost).LatencyMs;
    }
}
