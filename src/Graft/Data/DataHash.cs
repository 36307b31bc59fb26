using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Graft.Data;

/// <summary>SHA-256 over numbers, bytes and names, in one unambiguous form.</summary>
internal sealed class DataHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds bytes, whose length the caller has added if it is not fixed.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Adds numbers, whose count the caller has added if it is not fixed.</summary>
    public void Append(params ReadOnlySpan<int> numbers)
    {
        Span<byte> buffer = stackalloc byte[4];
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer, number);
            _hash.AppendData(buffer);
        }
    }

    /// <summary>Adds names, each with its length.</summary>
    public void Append(IReadOnlyList<string> names)
    {
        foreach (var bytes in names.Select(Encoding.UTF8.GetBytes))
        {
            Append(bytes.Length);
            Append(bytes);
        }
    }

    /// <summary>The hash so far, lower-case hexadecimal; starts anew.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
