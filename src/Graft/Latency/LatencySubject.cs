using System.Security.Cryptography;
using Graft.Networks;
using Graft.Onnx;
using Graft.Operations;

namespace Graft.Latency;

/// <summary>A model whose latency is measured. Equal content has an equal key, and is measured once.</summary>
internal sealed record LatencySubject
{
    private LatencySubject(string name, byte[] model, long[] input, long[] output)
    {
        Name = name;
        Model = model;
        Input = input;
        Output = output;
        Key = Convert.ToHexStringLower(SHA256.HashData(model).AsSpan(0, 16));
    }

    /// <summary>A hash of <see cref="Model"/>.</summary>
    public string Key { get; }

    /// <summary>What it is, for people.</summary>
    public string Name { get; }

    /// <summary>The bytes of the ONNX file.</summary>
    public byte[] Model { get; }

    /// <summary>The shape of the input without the batch: [C, H, W].</summary>
    public IReadOnlyList<long> Input { get; }

    /// <summary>The shape of the output without the batch: [C, H, W] or [K].</summary>
    public IReadOnlyList<long> Output { get; }

    /// <summary>An operation at a position. Its values are made up: time does not depend on them, and so equal shapes are one subject.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="position">The position.</param>
    /// <param name="name">What it is called; null for the operation's own name.</param>
    public static LatencySubject Of(OperationSpec operation, Position position, string? name = null)
    {
        using var layers = new LayerFactory(0);
        using var made = operation.Create(position, layers);
        made.eval();
        return new(
            name ?? Invariant($"{operation} at {position.Place}"),
            OnnxExport.Serialize(made, position.Input),
            Shape(position.Input),
            Shape(position.Output)
        );
    }

    /// <summary>A whole network with its own operations, as it would be exported.</summary>
    /// <param name="definition">The network.</param>
    public static LatencySubject Of(NetworkDefinition definition) => Of(definition, architecture: [], definition.Name);

    /// <summary>A whole network, as it would be exported.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="architecture">What differs from the network's own operations.</param>
    /// <param name="name">What it is called.</param>
    public static LatencySubject Of(NetworkDefinition definition, IReadOnlyList<OperationSpec> architecture, string name) =>
        Of(definition, definition.Positions.Zip(architecture).Select(x => ((Place)x.First.Index, x.Second)), name);

    /// <summary>A whole network whose operations may stand for runs of positions, as it would be exported.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="places">Places that do not overlap, and the operation of each; what is left out stays.</param>
    /// <param name="name">What it is called.</param>
    public static LatencySubject Of(NetworkDefinition definition, IEnumerable<(Place Place, OperationSpec Operation)> places, string name)
    {
        using var network = new Network(definition);
        foreach (var (place, operation) in places.Where(p => !Unchanged.Is(p.Place, p.Operation.Text)))
        {
            using var layers = new LayerFactory(0);
            network.Substitute(definition.PositionAt(place), operation, layers);
        }

        network.eval();
        var normalization = new Data.Normalization(
            [.. Enumerable.Repeat(0f, definition.Image.Channels)],
            [.. Enumerable.Repeat(1f, definition.Image.Channels)]
        );
        byte[] model = OnnxExport.Serialize(network, new() { Normalization = normalization });
        return new(name, model, [definition.Image.Channels, definition.Image.Height, definition.Image.Width], [definition.Classes]);
    }

    private static long[] Shape(FeatureShape shape) => [shape.Channels, shape.Height, shape.Width];
}
