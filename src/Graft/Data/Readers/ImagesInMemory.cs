namespace Graft.Data.Readers;

/// <summary>Images of one shape in memory.</summary>
/// <param name="shape">The shape of each.</param>
/// <param name="pixels">The images one after another, each [H, W, C].</param>
/// <param name="stored">Has the images as they are stored, where these are others.</param>
internal sealed class ImagesInMemory(ImageShape shape, ReadOnlyMemory<byte> pixels, IImageStore? stored = null) : IImageStore
{
    /// <summary>All images one after another.</summary>
    public ReadOnlyMemory<byte> Pixels => pixels;

    /// <inheritdoc/>
    public bool IsInMemory => true;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Read(int index, Span<byte> buffer) => Of(index).Span;

    /// <inheritdoc/>
    public StoredImage ReadStored(int index) => stored?.ReadStored(index) ?? new(shape, Of(index));

    private ReadOnlyMemory<byte> Of(int index) => pixels.Slice(index * shape.Size, shape.Size);
}
