namespace Graft.Report;

/// <summary>What is said of operations that stand for several positions.</summary>
internal static class SpanWords
{
    /// <summary>What <c>teacher</c> means there.</summary>
    public const string OwnBlock =
        "'teacher' at several positions is one block of the network's own in place of all of them, not the unchanged network.";
}
