namespace Graft.Data;

/// <summary>How images of any size become those of a network, as torchvision does it (bilinear with antialias).</summary>
/// <param name="Resize">What the shorter side is scaled to in pixels.</param>
/// <param name="Crop">The side in pixels of the square that is taken from the middle.</param>
internal sealed record ImageScaling(int Resize, int Crop)
{
    /// <summary>The options that scale so.</summary>
    public ImageOptions ToOptions() => new() { Size = Crop, Resize = Resize };
}
