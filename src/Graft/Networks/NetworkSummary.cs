using Graft.Data;
using Graft.Operations;

namespace Graft.Networks;

/// <summary>A network of the catalog in a line.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Positions">Positions whose operation can be swapped.</param>
/// <param name="Cost">What it costs.</param>
internal sealed record NetworkSummary(string Name, int Positions, OperationCost Cost)
{
    /// <summary>The networks that are often meant.</summary>
    /// <param name="image">The images that they take.</param>
    /// <param name="classes">The classes that they tell apart.</param>
    public static IEnumerable<NetworkSummary> Common(ImageShape image, int classes)
    {
        foreach (string name in NetworkCatalog.CommonNames)
        {
            using var network = Network.ShapesOnly(NetworkCatalog.Define(name, image, classes));
            yield return new(name, network.Positions.Count, network.Cost());
        }
    }
}
