using Graft.Data;
using Graft.Networks;

namespace Graft.Jobs;

/// <summary>Weights that a job takes over.</summary>
internal static class TeacherWeights
{
    /// <summary>
    /// Makes sure that weights fit before anything is stored: that they can be read, hold numbers, belong to the network and tell the data's classes apart.
    /// </summary>
    /// <param name="path">The file; null for none.</param>
    /// <param name="network">The network's name.</param>
    /// <param name="data">The data set.</param>
    /// <exception cref="GraftException">They do not fit.</exception>
    public static ImportedFile? Check(string? path, string network, ImageData data)
    {
        if (path is null)
        {
            return null;
        }

        var file = ImportedFile.Of(path, "the teacher's weights");
        NetworkWeights.Open(path, data.Train.Shape, data.ClassNames.Count, network).Dispose();
        new ClassOrder(path, NetworkWeights.ReadClassNames(path), data.Name, data.ClassNames).Require(acceptsReordered: false, mapsOnRequest: false);
        return file;
    }
}
