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
}
