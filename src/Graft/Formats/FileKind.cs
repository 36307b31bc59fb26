using Graft.Runtime;

namespace Graft.Formats;

/// <summary>Recognises files that are often given in place of weights, by how they begin.</summary>
internal static class FileKind
{
    /// <summary>How many bytes <see cref="Recognise"/> looks at.</summary>
    public const int Length = 64;

    /// <summary>What a file is and what to do with it, in sentences that follow a colon; null if it is none of the kinds that are known here.</summary>
    /// <param name="start">The first bytes of the file, at most <see cref="Length"/>.</param>
    public static string? Recognise(ReadOnlySpan<byte> start) =>
        start switch
        {
            _ when start.StartsWith("version https://git-lfs"u8) =>
                "it is a Git LFS pointer, not the file that it stands for. Run 'git lfs pull' where it lies.",
            _ when start.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'<', ..] =>
                "it is a web page (HTML or XML): the address gives a page about the file, not the file. Take the address of the download.",
            [(byte)'P', (byte)'K', 3, 4, ..] => "it is a ZIP archive, as torch.save() writes of weights.",
            [0x80, >= 2 and <= 5, ..] => "it is a Python pickle, as torch.save() wrote weights long ago.",
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "it is an HDF5 file, as Keras writes. Write the weights as safetensors with PyTorch's names.",
            [0x1F, 0x8B, ..] => "it is compressed with gzip. Unpack it first.",
            _ => null,
        };

    /// <summary>Whether a file begins as ONNX files do: with its version, and the name of what wrote it.</summary>
    /// <param name="start">The first bytes of the file.</param>
    public static bool IsOnnx(ReadOnlySpan<byte> start) => start is [0x08, > 0 and < 32, 0x12, ..];

    /// <summary>Whether a file begins as safetensors files do: with the length of a JSON header, and the header.</summary>
    /// <param name="start">The first bytes of the file.</param>
    public static bool IsSafeTensors(ReadOnlySpan<byte> start) => start is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..];

    /// <summary>What a file is that was given as ONNX and is none, and what to do with it; null where that is not known.</summary>
    /// <param name="path">The file.</param>
    public static string? InPlaceOfOnnx(string path)
    {
        byte[] start = Start(path);
        return IsSafeTensors(start) ? "it is a safetensors file: write an ONNX file from it with 'graft export'."
            : PyTorchCheckpoint.Begins(start) ? $"{Recognise(start)} An ONNX file of the network is written by torch.onnx.export()."
            : Recognise(start);
    }

    /// <summary>The first bytes of a file; none where it cannot be read.</summary>
    public static byte[] Start(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            byte[] start = new byte[Length];
            return start[..stream.ReadAtLeast(start, Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
