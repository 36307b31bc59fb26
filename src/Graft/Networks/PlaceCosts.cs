using Graft.Operations;

namespace Graft.Networks;

/// <summary>What operations cost at a place of a network.</summary>
/// <param name="Position">The position, or the run of them.</param>
/// <param name="Own">Parameters and multiply-accumulates, for one image, of what stands there: of all operations of a run.</param>
/// <param name="Operations">What others would cost, in the order in which they were asked for.</param>
internal sealed record PlaceCosts(
    Position Position, (long Parameters, long MultiplyAccumulates) Own, IReadOnlyList<OperationAtPlace> Operations)
{
    /// <summary>The places of a network, single positions first, with what operations cost there.</summary>
    /// <param name="network">The network; shapes are enough.</param>
    /// <param name="operations">The operations.</param>
    /// <param name="spans">The most neighbouring positions that one operation may stand for.</param>
    public static IReadOnlyList<PlaceCosts> Of(Network network, IReadOnlyList<OperationSpec> operations, int spans) =>
    [
        .. network.Definition.Places(spans).OrderBy(p => p.Length).ThenBy(p => p.First).Select(network.Definition.PositionAt)
            .Select(position => new PlaceCosts(
                position, network.CostAt(position.Place), [.. operations.Select(o => OperationAtPlace.Of(o, position))])),
    ];
}

/// <summary>An operation at a place.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Resolved">The same with every value known; null where it cannot stand there.</param>
/// <param name="Cost">What it costs there; null where it cannot stand there.</param>
/// <param name="Unavailable">Why it cannot stand there; null where it can.</param>
internal sealed record OperationAtPlace(OperationSpec Operation, OperationSpec? Resolved, OperationCost? Cost, string? Unavailable)
{
    /// <summary>Works out what an operation costs at a position, or why it cannot stand there.</summary>
    public static OperationAtPlace Of(OperationSpec operation, Position position)
    {
        if (operation.WhyUnavailable(position) is { } reason)
        {
            return new(operation, null, null, reason);
        }

        var resolved = operation.At(position);
        return new(operation, resolved, resolved.CostAt(position), null);
    }
}
