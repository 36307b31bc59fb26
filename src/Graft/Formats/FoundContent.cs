using System.Buffers;
using System.Text;
using Graft.Runtime;

namespace Graft.Formats;

/// <summary>Says what a file really is, from its first bytes: what people have in the place of the file that they meant.</summary>
internal static class FoundContent
{
    private const int Length = 512; // of a start that tells it

    /// <summary>What is said of a file of nothing but letters, digits and punctuation, in UTF-8.</summary>
    public const string TextFile = "a text file";

    /// <summary>What is said of a file that Python's pickle wrote.</summary>
    public const string PythonPickle = "a Python pickle";

    private const string PointerStart = "version https://git-lfs.github.com/spec/";

    private const int FewestLetters = 4;

    private static readonly (byte[] Bytes, int At, string What)[] Signatures =
    [
        ("\0\u0005\u0016\u0007"u8.ToArray(), 0, "a resource file that macOS left beside the real one; delete it"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], 0, "a PNG image"),
        ([0xFF, 0xD8, 0xFF], 0, "a JPEG image"),
        ("GIF8"u8.ToArray(), 0, "a GIF image"),
        ("BM"u8.ToArray(), 0, "a BMP image"),
        ("WEBP"u8.ToArray(), 8, "a WebP image"),
        ("II*\0"u8.ToArray(), 0, "a TIFF image; convert it to PNG"),
        ("MM\0*"u8.ToArray(), 0, "a TIFF image; convert it to PNG"),
        ("ftyphei"u8.ToArray(), 4, "a HEIF image; convert it to PNG or JPEG"),
        ("ftypavif"u8.ToArray(), 4, "an AVIF image; convert it to PNG or JPEG"),
        ("%PDF"u8.ToArray(), 0, "a PDF document"),
        ("PK\u0003\u0004"u8.ToArray(), 0, "a zip archive; unpack it first"),
        ([0x1F, 0x8B], 0, "a gzip file; unpack it first"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0], 0, "an xz file; unpack it first"),
        ("BZh"u8.ToArray(), 0, "a bzip2 file; unpack it first"),
        ("ustar"u8.ToArray(), 257, "a tar archive; unpack it first"),
        ([0x89, (byte)'H', (byte)'D', (byte)'F'], 0, "an HDF5 file"),
        ([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'], 0, "a NumPy array"),
        ("PAR1"u8.ToArray(), 0, "a Parquet file"),
    ];

    /// <summary>
    /// What a file is and, where that helps, what to do about it, e.g. <c>a Git LFS pointer; run 'git lfs pull'</c>; null if its start tells nothing.
    /// </summary>
    public static string? OfFile(string path) => StartOf(path) is { } start ? Of(start) : null;

    /// <summary>The first bytes of a file, 512 if it has so many; null where it cannot be read.</summary>
    public static byte[]? StartOf(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            return StartOf(stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // whoever asks has an error of its own to report
        }
    }

    /// <summary>The first bytes of a stream that can seek, 512 if it has so many; it then stands at its beginning.</summary>
    public static byte[] StartOf(Stream stream)
    {
        byte[] start = new byte[Length];
        start = start[..stream.ReadAtLeast(start, Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        return start;
    }

    /// <inheritdoc cref="OfFile"/>
    /// <param name="content">The file's bytes; the first 512, if it has so many, are enough.</param>
    public static string? Of(ReadOnlySpan<byte> content)
    {
        var start = content[..Math.Min(Length, content.Length)];
        if (start.IsEmpty)
        {
            return "an empty file; get it again";
        }

        var text = Encoding.Latin1.GetString(start).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        if (text.StartsWith(PointerStart, StringComparison.Ordinal))
        {
            return "a Git LFS pointer, not the file itself; run 'git lfs pull' where it was cloned";
        }

        if (text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
        {
            return "a web page; what was downloaded is not the file but a page about it, get the file itself";
        }

        if (text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase))
        {
            return "an XML document, perhaps a server's error message; get the file again";
        }

        if (text is ['<', ..])
        {
            return "markup like that of a web page; get the file itself";
        }

        if (start is [0x80, >= 2 and <= 5, ..])
        {
            return PythonPickle;
        }

        foreach (var (bytes, at, what) in Signatures)
        {
            if (start.Length >= at + bytes.Length && start.Slice(at, bytes.Length).SequenceEqual(bytes))
            {
                return what;
            }
        }

        return start.Length >= FewestLetters && IsText(start) ? TextFile : null;
    }

    // UTF-8 without control characters. The start may end within a character.
    private static bool IsText(ReadOnlySpan<byte> start)
    {
        while (!start.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(start, out var rune, out int length);
            if (status == OperationStatus.NeedMoreData)
            {
                return true;
            }

            if (status != OperationStatus.Done || (Rune.IsControl(rune) && rune.Value is not ('\t' or '\r' or '\n')))
            {
                return false;
            }

            start = start[length..];
        }

        return true;
    }
}
