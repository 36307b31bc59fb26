namespace Graft.Data.Readers;

/// <summary>Where the pixels of a set come from. Its members may be called by several threads at once.</summary>
internal interface IImageStore
{
    /// <summary>Whether pixels lie in memory, so that reading them is not worth threads of its own.</summary>
    bool IsInMemory { get; }

    /// <summary>An image as the network gets it, before augmentation.</summary>
    /// <param name="index">The image.</param>
    /// <param name="buffer">Room for one image, used where the pixels do not lie in memory.</param>
    /// <returns>Its bytes [H, W, C], in <paramref name="buffer"/> or elsewhere.</returns>
    /// <exception cref="DataException">The file is gone or damaged.</exception>
    ReadOnlySpan<byte> Read(int index, Span<byte> buffer);

    /// <summary>An image in the size in which it is stored; the caller disposes it.</summary>
    /// <exception cref="DataException">The file is gone or damaged.</exception>
    StoredImage ReadStored(int index);
}
