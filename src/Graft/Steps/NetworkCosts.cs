using System.Collections.Concurrent;
using Graft.Data;
using Graft.Networks;
using Graft.Operations;

namespace Graft.Steps;

/// <summary>What networks and operations cost on a data set, to estimate how much steps compute. Thread-safe.</summary>
/// <param name="data">The data set.</param>
internal sealed class NetworkCosts(ImageData data)
{
    /// <summary>What a thread of a Zen 5 core does in a second of training WRN-40-2 or ResNet-20 in bf16, for work that is known in seconds.</summary>
    internal const double TypicalWorkASecond = 300e9;

    // From the beginning of a training to its second batch: networks are opened, kernels chosen for the shapes. ResNet-20 with a thread of a Zen 5 core.
    private const double SecondsToStart = 0.8;

    private readonly ConcurrentDictionary<string, (NetworkDefinition Definition, OperationCost Cost, IReadOnlyList<OperationCost> Positions)> _networks = [];
    private readonly ConcurrentDictionary<(string, Place, string), OperationCost> _operations = [];

    /// <summary>The data set.</summary>
    public ImageData Data { get; } = data;

    /// <summary>A network's layout.</summary>
    public NetworkDefinition Define(string network) => Of(network).Definition;

    /// <summary>What a network costs for one image.</summary>
    public OperationCost OfNetwork(string network) => Of(network).Cost;

    /// <summary>What the network's own operation costs at a position.</summary>
    public OperationCost OfOwn(string network, Position position) => Of(network).Positions[position.Index - 1];

    /// <summary>What an operation costs at a place.</summary>
    public OperationCost OfOperation(string network, Place place, string operation) => _operations.GetOrAdd(
        (network, place, operation), _ => OperationCatalog.Default.Parse(operation).CostAt(Define(network).PositionAt(place)));

    /// <summary>What a network costs with an operation swapped in; with its own operations for no place.</summary>
    public OperationCost WithOperation(string network, Place place, string operation)
    {
        var whole = OfNetwork(network);
        if (place.IsNone)
        {
            return whole;
        }

        var swapped = OfOperation(network, place, operation);
        var own = Enumerable.Range(place.First, place.Length).Select(i => Of(network).Positions[i - 1]).ToList();
        return new(
            whole.Parameters - own.Sum(c => c.Parameters) + swapped.Parameters,
            whole.MultiplyAccumulates - own.Sum(c => c.MultiplyAccumulates) + swapped.MultiplyAccumulates,
            whole.Output)
        {
            Activations = whole.Activations - own.Sum(c => c.Activations) + swapped.Activations,
        };
    }

    /// <summary>
    /// The work of training: a step of an image costs three forward passes (forward, gradient of inputs, gradient of weights), and each training its start.
    /// </summary>
    /// <param name="epochs">Passes over the training images.</param>
    /// <param name="image">That of the network for one image (<see cref="OperationCost.Work"/>).</param>
    /// <param name="heldOut">What is held out of training, and looked at after each epoch.</param>
    internal double Training(int epochs, double image, HeldOutPart heldOut) =>
        (epochs * image * Data.Train.Count * (3 * (1 - heldOut.Fraction) + heldOut.Fraction)) + (SecondsToStart * TypicalWorkASecond);

    private (NetworkDefinition Definition, OperationCost Cost, IReadOnlyList<OperationCost> Positions) Of(string name) => _networks.GetOrAdd(name, _ =>
    {
        var definition = NetworkCatalog.Define(name, Data.Train.Shape, Data.ClassNames.Count);
        using var network = Network.ShapesOnly(definition);
        return (definition, network.Cost(), [.. definition.Positions.Select(p => network.OperationAt(p).Cost(p.Input))]);
    });
}
