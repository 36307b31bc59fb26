namespace Graft.Jobs;

/// <summary>An operation that a place cannot hold.</summary>
/// <param name="Position">The place.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record UnavailableCell(Place Position, string Operation, string Reason);
