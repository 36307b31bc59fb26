using System.Buffers.Binary;
using System.IO.Compression;
using Graft.Formats;

namespace Graft.Data.Readers;

/// <summary>
/// The content of an IDX file of unsigned bytes (LeCun, the MNIST database): two zero bytes, the type 8, the number of dimensions, each dimension as
/// 32 bits big-endian, then the values.
/// </summary>
internal sealed record IdxContent(string Name, int[] Dimensions, byte[] Values)
{
    private const int MaxDimensions = 3;
    private const long MaxValues = 1_600_000_000; // padded to 32x32, still one array

    /// <summary>Where the values start in the uncompressed file.</summary>
    public int HeaderLength => 4 + (4 * Dimensions.Length);

    /// <summary>Reads a file, through gzip where its name ends in .gz.</summary>
    public static IdxContent Read(string path)
    {
        using var stream = File.OpenRead(path);
        return Read(path, stream);
    }

    /// <summary>Reads a stream, through gzip where the name ends in .gz.</summary>
    /// <exception cref="DataException">Not gzip, not IDX, or not as long as its header says.</exception>
    public static IdxContent Read(string name, Stream stream)
    {
        var bytes = new MemoryStream();
        try
        {
            using var content = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
            content.CopyTo(bytes);
        }
        catch (InvalidDataException exception)
        {
            var what = bytes.Length == 0 && FoundContent.OfFile(name) is { } found && !found.StartsWith("a gzip", StringComparison.Ordinal)
                ? $"not a gzip file but {found}."
                : Invariant($"not a sound gzip file after {bytes.Length:N0} bytes of content; get the file again.");
            throw new DataException($"{name}: {what}", exception);
        }

        return Parse(name, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static IdxContent Parse(string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 8 || bytes[3] is 0 or > MaxDimensions)
        {
            var kind = FoundContent.Of(bytes) is { } known ? $" ({known})" : "";
            var found = Convert.ToHexStringLower(bytes[..Math.Min(4, bytes.Length)]) + kind;
            throw new DataException($"{name}: starts with {found}, expected 00000801 (labels) or 00000803 (images); not an IDX file of bytes.");
        }

        var dimensions = new int[bytes[3]];
        var header = 4 + (4 * dimensions.Length);
        var expected = 1L;
        for (var i = 0; i < dimensions.Length && header <= bytes.Length; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(bytes[(4 + (4 * i))..]);
            if (dimensions[i] <= 0 || (expected *= dimensions[i]) > MaxValues)
            {
                throw new DataException(
                    Invariant(
                        $"{name}: dimension {i + 1} at byte {4 + (4 * i)} is {dimensions[i]:N0}, expected at least 1 and at most {MaxValues:N0} values in all."
                    )
                );
            }
        }

        return bytes.Length == header + expected
            ? new IdxContent(name, dimensions, bytes[header..].ToArray())
            : throw new DataException(
                Invariant(
                    $"{name}: {bytes.Length:N0} bytes, expected {header + expected:N0} ({string.Join(" x ", dimensions.Select(d => Invariant($"{d}")))} values after {header} bytes of header); "
                ) + (bytes.Length < header + expected ? "the file is truncated." : "the file is too long.")
            );
    }
}
