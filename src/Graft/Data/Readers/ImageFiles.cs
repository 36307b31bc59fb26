namespace Graft.Data.Readers;

/// <summary>Images that stay in their files and are decoded whenever they are read.</summary>
/// <param name="root">The folder that the paths are relative to.</param>
/// <param name="files">The files.</param>
/// <param name="channels">The channels that they are decoded to: 1 or 3.</param>
/// <param name="shape">The shape that all have; null if they are scaled by <see cref="ScaledImages"/>.</param>
internal sealed class ImageFiles(string root, IReadOnlyList<string> files, int channels, ImageShape? shape) : IImageStore
{
    /// <inheritdoc/>
    public bool IsInMemory => false;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Read(int index, Span<byte> buffer)
    {
        var expected = shape ?? throw new InvalidOperationException("Images of many sizes are read as they are stored.");
        ImageDecoder.Decode(PathOf(index), expected, buffer);
        return buffer[..expected.Size];
    }

    /// <inheritdoc/>
    public StoredImage ReadStored(int index) => ImageDecoder.Decode(PathOf(index), channels);

    private string PathOf(int index) => Path.Combine(root, files[index]);
}
