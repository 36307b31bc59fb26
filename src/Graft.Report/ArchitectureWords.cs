using Graft.Analysis;

namespace Graft.Report;

/// <summary>Groups of judged architectures, in words.</summary>
internal static class ArchitectureWords
{
    public static string Of(ArchitectureGroup? group) => group switch
    {
        ArchitectureGroup.Front => "selected, and best for other budgets",
        ArchitectureGroup.Random => "random",
        _ => "all",
    };

    /// <summary>The rows of a table of orders: where there is one group alone, its row is that of all, and stands once.</summary>
    public static IReadOnlyList<OrderAgreement> Rows(IReadOnlyList<OrderAgreement> orders) =>
        orders is [{ Group: not null } only, { Group: null } all] && only.Count == all.Count ? [only] : orders;
}
