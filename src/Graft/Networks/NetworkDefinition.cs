using Graft.Data;
using Graft.Operations;

namespace Graft.Networks;

/// <summary>The layout of a network: stem, positions in order, head.</summary>
public sealed record NetworkDefinition
{
    /// <summary>The name that it is made by, e.g. <c>wrn-16-2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The images that it takes.</summary>
    public required ImageShape Image { get; init; }

    /// <summary>The number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Makes the layers before the first position.</summary>
    public required Func<LayerFactory, Operation> CreateStem { get; init; }

    /// <summary>The positions, in the order of the forward pass; indices from 1.</summary>
    public required IReadOnlyList<Position> Positions { get; init; }

    /// <summary>Makes the layers after the last position: features to logits.</summary>
    public required Func<LayerFactory, Operation> CreateHead { get; init; }

    /// <summary>The position with that index.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public Position PositionAt(int index) => index >= 1 && index <= Positions.Count
        ? Positions[index - 1]
        : throw new ConfigurationException(Invariant($"{Name} has no position {index}: its positions are 1 to {Positions.Count}."));

    /// <summary>A place as a position that an operation can hold.</summary>
    /// <exception cref="ConfigurationException">It is not in the network.</exception>
    public Position PositionAt(Place place) => PositionAt(place.First);
}
