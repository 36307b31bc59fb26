namespace Graft.Formats;

/// <summary>Recognises files that are often given in place of weights and of ONNX files, by how they begin.</summary>
internal static class FileKind
{
    /// <summary>What a file is and what to do with it, in sentences that follow a colon; null if it is none of the kinds that are known here.</summary>
    /// <param name="start">The first bytes of the file, as <see cref="FoundContent"/> reads them.</param>
    public static string? Recognise(ReadOnlySpan<byte> start) =>
        start switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => "it is a ZIP archive, as torch.save() writes of weights.",
            [0x80, >= 2 and <= 5, ..] => "it is a Python pickle, as torch.save() wrote weights long ago.",
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "it is an HDF5 file, as Keras writes. Write the weights as safetensors with PyTorch's names.",
            _ => FoundContent.Of(start) is { } found ? $"it is {found}." : null,
        };

    /// <summary>Whether a file begins as ONNX files do: with its version, and the name of what wrote it.</summary>
    /// <param name="start">The first bytes of the file.</param>
    public static bool IsOnnx(ReadOnlySpan<byte> start) => start is [0x08, > 0 and < 32, 0x12, ..];

    /// <summary>Whether a file begins as safetensors files do: with the length of a JSON header, and the header.</summary>
    /// <param name="start">The first bytes of the file.</param>
    public static bool IsSafeTensors(ReadOnlySpan<byte> start) => start is [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..];

    /// <summary>What a file is that was given as ONNX and is none, and what to do with it; null where that is not known.</summary>
    /// <param name="path">The file.</param>
    public static string? InPlaceOfOnnx(string path) => FoundContent.StartOf(path) is [_, ..] start
        ? IsSafeTensors(start) ? "it is a safetensors file: write an ONNX file from it with 'graft export'."
            : PyTorchCheckpoint.Begins(start) ? $"{Recognise(start)} An ONNX file of the network is written by torch.onnx.export()."
            : Recognise(start)
        : null;
}
