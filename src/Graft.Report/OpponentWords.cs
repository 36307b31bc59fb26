using Graft.Jobs.Accelerations;

namespace Graft.Report;

/// <summary>What the networks are that an accelerated one is compared with, in words.</summary>
internal static class OpponentWords
{
    private static readonly (string Name, string Words)[] Known =
    [
        (OpponentNames.SinglePositions, "the best architecture whose operations each stand for one position (LANA as published)"),
        (OpponentNames.TeacherOrIdentity, "the best architecture that only leaves positions out"),
        (OpponentNames.GreedyRemoval, "positions left out one by one, those that hurt least by themselves first, until the budget is met"),
        (OpponentNames.Random, "architectures drawn by chance within the budget"),
        (OpponentNames.WithoutDistillation, "the accelerated network, fine-tuned by labels alone"),
        (OpponentNames.Budget, "the best architecture of another budget"),
        (OpponentNames.WithDistillation, "a smaller network of the family from scratch, with the teacher's knowledge distillation"),
    ];

    /// <summary>
    /// One clause for each kind that a result has, e.g. <c>"greedy removal": positions left out …</c>, and why it has no smaller network, where that was asked
    /// for; null where nothing is compared yet.
    /// </summary>
    public static string? Of(AccelerationResult result)
    {
        var present = Known.Where(known => result.Networks.Any(network => IsOf(network.Name, known.Name)));
        var clauses = present.Select(known => $"\"{known.Name}\": {known.Words}").ToList();
        string? compared = clauses.Count > 0 ? $"What is compared: {string.Join("; ", clauses)}." : null;
        string? absent = result.WhyNoSmallerNetwork is { } why && result.Networks.Count > 1
            ? $"No smaller network from scratch is compared: {why}."
            : null;
        return string.Join(" ", new[] { compared, absent }.OfType<string>()) is { Length: > 0 } words ? words : null;
    }

    // Some names have more around the kind: "random 1", "budget 0.3", "resnet-20 with distillation".
    private static bool IsOf(string network, string kind) =>
        network == kind
        || network.StartsWith(kind + " ", StringComparison.Ordinal)
        || network.EndsWith(" " + kind, StringComparison.Ordinal);
}
