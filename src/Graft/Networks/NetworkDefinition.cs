using Graft.Data;
using Graft.Operations;

namespace Graft.Networks;

/// <summary>The layout of a network: stem, positions in order, head.</summary>
public sealed record NetworkDefinition
{
    /// <summary>The name that it is made by, e.g. <c>wrn-16-2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The file that it was read from with its weights; null for networks of Graft's own.</summary>
    internal string? File { get; init; }

    /// <summary>What errors call it: its file, or its name.</summary>
    internal string Title => File ?? Name;

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

    /// <summary>
    /// The position, or the run of positions as one: from the input of the first to the output of the last. The operation of the network's own that a run can
    /// hold is that of <see cref="OwnOf"/>.
    /// </summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public Position PositionAt(Place place)
    {
        if (place.First < 1 || place.Last > Positions.Count)
        {
            throw new ConfigurationException(Invariant($"{Name} has no position {place}: its positions are 1 to {Positions.Count}."));
        }

        var (first, last) = (Positions[place.First - 1], Positions[place.Last - 1]);
        if (!IsOne(place))
        {
            throw new ConfigurationException(
                $"{Name}: the positions of {place} do not follow one another directly, so that one operation cannot stand for them."
            );
        }

        return place.IsSingle ? first : first with
        {
            CreateAfter = last.CreateAfter,
            Length = place.Length,
            Output = last.Output,
            Stride = Positions.Skip(place.First - 1).Take(place.Length).Aggregate(1, (stride, position) => stride * position.Stride),
            OutputActivation = last.OutputActivation,
            CreateOwn = OwnOf(place)?.CreateOwn,
        };
    }

    /// <summary>
    /// All places of up to a number of positions that follow one another directly: for each first position, the shorter ones first.
    /// </summary>
    /// <param name="longest">The most positions of a place; at least 1.</param>
    public IEnumerable<Place> Places(int longest) => Positions.SelectMany(
        p => Enumerable.Range(1, Math.Min(longest, Positions.Count - p.Index + 1)).Select(length => new Place(p.Index, p.Index + length - 1))).Where(IsOne);

    /// <summary>
    /// The first position of a place whose own operation has the shapes of the whole place, and so can stand for all of it; null where none has.
    /// </summary>
    public Position? OwnOf(Place place)
    {
        var (first, last) = (Positions[place.First - 1], Positions[place.Last - 1]);
        return Positions.Skip(place.First - 1).Take(place.Length)
            .FirstOrDefault(p => p.Input == first.Input && p.Output == last.Output && p.OutputActivation == last.OutputActivation);
    }

    // Whether one operation can stand for all of it: nothing lies between its positions, and none passes its input on beside its output.
    private bool IsOne(Place place) => place.IsSingle
        || !Positions.Skip(place.First - 1).Take(place.Length).Any(p => p.Grows || (p.CreateAfter is not null && p.Index != place.Last));
}
