using Graft.Data;
using Graft.Networks;
using Graft.Operations;

namespace Graft.Jobs.Tables;

/// <summary>What there is to choose from, as tables: networks, operations, and what operations cost in a network.</summary>
public static class CatalogTables
{
    /// <summary>The networks by name: a row each.</summary>
    /// <param name="image">The images that they take.</param>
    /// <param name="classes">The classes that they tell apart.</param>
    public static IReadOnlyList<ResultTable> Networks(ImageShape image, int classes) =>
    [
        ResultTable.Of(
            "networks",
            Invariant($"a network for {image} images and {classes} classes"),
            NetworkSummary.Common(image, classes),
            new("network", "", "Its name.", x => x.Name),
            new("positions", "", "Positions whose operation can be swapped.", x => x.Positions),
            new("parameters", "", "Trainable parameters.", x => x.Cost.Parameters),
            new("multiply_accumulates", "", "Multiply-accumulates for one image.", x => x.Cost.MultiplyAccumulates)),
    ];

    /// <summary>Operations, and the parameters of all families.</summary>
    /// <param name="catalog">The families.</param>
    /// <param name="operations">The operations; null for all of the pool.</param>
    public static IReadOnlyList<ResultTable> Operations(OperationCatalog catalog, IReadOnlyList<OperationSpec>? operations = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return
        [
            ResultTable.Of(
                "operations",
                "an operation",
                operations ?? catalog.Pool,
                new("operation", "", "Its name with its parameters.", x => x.Text),
                new("family", "", "Its family.", x => x.Family.Name),
                new("description", "", "What the family is.", x => x.Family.Description)),
            ResultTable.Of(
                "parameters",
                "a parameter of a family",
                catalog.Families.SelectMany(family => family.Parameters, (family, parameter) => (Family: family, Parameter: parameter)),
                new("family", "", "The family.", x => x.Family.Name),
                new("parameter", "", "Its name.", x => x.Parameter.Name),
                new("meaning", "", "What it decides.", x => x.Parameter.Meaning),
                new("range", "", "What it may be.", x => x.Parameter.Range),
                new("default", "", "What it is if nothing is said.", x => OperationSpec.Format(x.Parameter.Default)),
                new("pool", "", "Its values in the pool, with ; between them.", x => string.Join("; ", x.Parameter.Pool.Select(OperationSpec.Format)))),
        ];
    }

    /// <summary>The places of a network, and what each operation costs there.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="operations">The operations.</param>
    /// <param name="spans">The most neighbouring positions that one operation may stand for.</param>
    public static IReadOnlyList<ResultTable> Costs(NetworkDefinition definition, IReadOnlyList<OperationSpec> operations, int spans)
    {
        ArgumentNullException.ThrowIfNull(definition);
        using var network = Network.ShapesOnly(definition);
        var places = PlaceCosts.Of(network, operations, spans);
        return
        [
            ResultTable.Of(
                "places",
                "a position, or a run of them",
                places,
                new("network", "", "The network.", _ => definition.Name),
                new("position", "", ResultTable.PlaceMeaning, x => x.Position.Place),
                new("path", "", "Its name among the network's weights; of a run, its first position's.", x => x.Position.Path),
                new("input", "", "The feature map that goes in, CxHxW.", x => x.Position.Input),
                new("output", "", "The feature map that comes out, CxHxW.", x => x.Position.Output),
                new("stride", "", "By how much it shrinks the map.", x => x.Position.Stride),
                new("parameters", "", "Trainable parameters of what stands there, of all operations of a run.", x => x.Own.Parameters),
                new("multiply_accumulates", "", "Multiply-accumulates of it for one image.", x => x.Own.MultiplyAccumulates)),
            ResultTable.Of(
                "costs",
                "an operation at a position",
                places.SelectMany(p => p.Operations, (place, at) => (place.Position, At: at)),
                new("network", "", "The network.", _ => definition.Name),
                new("position", "", ResultTable.PlaceMeaning, x => x.Position.Place),
                new("operation", "", "The operation.", x => x.At.Operation.Text),
                new("resolved", "", "The operation with its width of 'match' worked out.", x => x.At.Resolved?.Text),
                new("parameters", "", "Its trainable parameters there.", x => x.At.Cost?.Parameters),
                new("multiply_accumulates", "", "Its multiply-accumulates there for one image.", x => x.At.Cost?.MultiplyAccumulates),
                new("unavailable", "", "Why it cannot stand there.", x => x.At.Unavailable)),
        ];
    }
}
