using System.Diagnostics.CodeAnalysis;
using Graft.Data;
using Graft.Networks;
using Graft.Onnx.Import;

namespace Graft.Jobs;

/// <summary>What a plan calls its network by: a name, or an ONNX file, which is read once.</summary>
/// <param name="Text">The name, or the file's path.</param>
/// <param name="File">What the file holds; null for names.</param>
internal sealed record NetworkReference(string Text, OnnxFile? File)
{
    /// <summary>Reads the file where it is one.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static NetworkReference Of(string text) => new(text, OnnxNetworkSource.IsFile(text) ? OnnxFile.Read(text) : null);

    /// <summary>
    /// The side in pixels of the square images that the network takes, as its file says or that of its weights; null where neither does, or it takes others.
    /// </summary>
    /// <param name="weights">The file of weights; null for none.</param>
    /// <exception cref="DataException">The weights cannot be read.</exception>
    public int? SideWith(string? weights) => File?.Side ?? (IsOfWeights(weights) ? NetworkWeights.ReadSide(weights) : null);

    /// <summary>The same for a network that need not be named.</summary>
    /// <param name="network">The name or the file; null for none.</param>
    /// <param name="weights">The file of weights.</param>
    /// <exception cref="DataException">A file cannot be read.</exception>
    public static int? SideOf(string? network, string weights) => Of(network ?? "").SideWith(weights);

    /// <summary>How a plan's images are scaled: as it says, else as the file of the weights does, else as the network's. The rest stays.</summary>
    /// <param name="images">What the plan says; null for nothing.</param>
    /// <param name="weights">The file of weights; null for none.</param>
    /// <exception cref="DataException">A file cannot be read, or what it says of it cannot be used.</exception>
    public ImageOptions? ImagesOf(ImageOptions? images, string? weights = null)
    {
        var own = IsOfWeights(weights) ? NetworkWeights.ReadScaling(weights) : null;
        return ImageScaling.Complete(images, own ?? (File is null ? null : NetworkMetadata.ReadScaling(File.Metadata, File.Path)));
    }

    private static bool IsOfWeights([NotNullWhen(true)] string? path) => path is not null && System.IO.File.Exists(path) && !OnnxNetworkSource.IsFile(path);
}
