using System.IO.Compression;
using System.Security.Cryptography;
using Graft.Runtime;

namespace Graft.Data.Download;

/// <summary>Compares a file with what the catalogue says of it.</summary>
internal static class FileChecksum
{
    private const int BufferSize = 1 << 20;

    /// <summary>Returns null if the file is what the catalogue says, else what was found and what was expected.</summary>
    public static string? Difference(string path, CatalogFile expected)
    {
        if (expected.ContentBytes is not { } contentBytes)
        {
            var found = OfFile(path);
            return found == expected.Sha256 ? null : $"SHA-256 {found}, expected {expected.Sha256}";
        }

        try
        {
            var found = OfContent(path, contentBytes);
            return found == expected.Sha256
                ? null
                : Invariant($"SHA-256 of the content {found ?? Invariant($"none (more than {contentBytes:N0} bytes)")}, expected {expected.Sha256}");
        }
        catch (InvalidDataException)
        {
            return $"not a sound gzip file, expected one whose content has SHA-256 {expected.Sha256}";
        }
    }

    /// <summary>SHA-256 of a file, lower-case hexadecimal.</summary>
    public static string OfFile(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>SHA-256 of what gzip makes of a file; null if that is longer than the limit, so that a small file cannot keep us busy for ever.</summary>
    /// <exception cref="InvalidDataException">The file is not gzip, or damaged.</exception>
    private static string? OfContent(string path, long limit)
    {
        using var content = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        for (int read; (read = content.Read(buffer)) > 0; limit -= read)
        {
            if (read > limit)
            {
                return null;
            }

            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
