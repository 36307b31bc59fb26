namespace Graft.Jobs;

/// <summary>An operation that a position cannot hold.</summary>
/// <param name="Position">The position, from 1.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record UnavailableCell(int Position, string Operation, string Reason);
