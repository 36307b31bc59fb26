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

    /// <summary>The side in pixels of the square images that the file takes; null for names, and where it takes others or leaves it open.</summary>
    public int? Side => File?.Side;

    /// <summary>How a plan's images are scaled: as it says, else as the file does. The rest stays.</summary>
    /// <param name="images">What the plan says; null for nothing.</param>
    /// <exception cref="DataException">What the file says of it cannot be used.</exception>
    public ImageOptions? ImagesOf(ImageOptions? images)
    {
        if (images is { Size: not null } or { Resize: not null } || File is null)
        {
            return images;
        }

        var own = NetworkMetadata.ReadScaling(File.Metadata, File.Path);
        return own is null ? images : (images ?? new()) with { Size = own.Crop, Resize = own.Resize };
    }
}
