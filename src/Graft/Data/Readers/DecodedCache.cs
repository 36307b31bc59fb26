using System.Buffers.Binary;
using System.Security.Cryptography;
using Graft.Runtime;

namespace Graft.Data.Readers;

/// <summary>Decoded images on disk: SHA-256 of what follows, then channels, height, width and count as 32 bits little-endian, then the pixels.</summary>
internal static class DecodedCache
{
    private const int HashLength = 32;
    private const int HeaderLength = 16;

    /// <summary>Reads the images; null if the file is missing, damaged, or of another count or shape, so that it is to be made again.</summary>
    public static byte[]? TryRead(string path, int count, ImageShape expected)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var stream = File.OpenRead(path);
        Span<byte> stored = stackalloc byte[HashLength];
        Span<byte> header = stackalloc byte[HeaderLength];
        if (stream.ReadAtLeast(stored, HashLength, throwOnEndOfStream: false) < HashLength
            || stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
        {
            return null;
        }

        int Field(ReadOnlySpan<byte> from, int index) => BinaryPrimitives.ReadInt32LittleEndian(from[(4 * index)..]);
        var shape = new ImageShape(Field(header, 0), Field(header, 1), Field(header, 2));
        var length = stream.Length - HashLength - HeaderLength;
        if (shape != expected || Field(header, 3) != count || length != (long)count * shape.Channels * shape.Height * shape.Width || length > Array.MaxLength)
        {
            return null;
        }

        var pixels = new byte[length];
        stream.ReadExactly(pixels);
        return Hash(header, pixels).AsSpan().SequenceEqual(stored) ? pixels : null;
    }

    /// <summary>Writes the images, whole or not at all.</summary>
    public static void Write(string path, int count, ImageShape shape, byte[] pixels)
    {
        var header = new byte[HeaderLength];
        BinaryPrimitives.WriteInt32LittleEndian(header, shape.Channels);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), shape.Height);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), shape.Width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), count);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Hash(header, pixels));
            stream.Write(header);
            stream.Write(pixels);
        });
    }

    private static byte[] Hash(ReadOnlySpan<byte> header, byte[] pixels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(pixels);
        return hash.GetHashAndReset();
    }
}
