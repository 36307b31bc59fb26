namespace Graft;

/// <summary>What leaves a network as it is. One of its own operations that stands for a run of positions is a change.</summary>
internal static class Unchanged
{
    /// <summary>The operation that stands for the network's own.</summary>
    public const string Operation = "teacher";

    /// <summary>Whether an operation at a place leaves the network as it is.</summary>
    public static bool Is(Place place, string operation) => place.IsSingle && operation == Operation;
}
