using System.Buffers;

namespace Graft.Data;

/// <summary>An image in the size in which it is stored, for the moment in which it is cropped or scaled. Whoever gets it disposes it.</summary>
internal readonly struct StoredImage : IDisposable
{
    private readonly byte[]? _rented;
    private readonly ReadOnlyMemory<byte> _pixels;

    /// <param name="shape">Its shape.</param>
    /// <param name="pixels">Its bytes [H, W, C], which stay somebody else's.</param>
    public StoredImage(ImageShape shape, ReadOnlyMemory<byte> pixels)
    {
        Shape = shape;
        _pixels = pixels;
    }

    private StoredImage(ImageShape shape, byte[] rented)
    {
        Shape = shape;
        _rented = rented;
        _pixels = rented.AsMemory(0, shape.Size);
    }

    /// <summary>Its shape.</summary>
    public ImageShape Shape { get; }

    /// <summary>Its bytes [H, W, C].</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.Span;

    /// <summary>The same bytes, for whoever has rented them.</summary>
    public Span<byte> Writable => _rented.AsSpan(0, Shape.Size);

    /// <summary>An image whose bytes are lent by the shared pool, with whatever was in them.</summary>
    public static StoredImage Rent(ImageShape shape) => new(shape, ArrayPool<byte>.Shared.Rent(shape.Size));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
