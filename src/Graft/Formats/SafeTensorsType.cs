using static TorchSharp.torch;

namespace Graft.Formats;

/// <summary>An element type of a safetensors file.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Scalar">The type of the tensor that holds it.</param>
/// <param name="Size">Bytes of one element.</param>
internal sealed record SafeTensorsType(string Name, ScalarType Scalar, int Size)
{
    /// <summary>The types that are read and written.</summary>
    public static IReadOnlyList<SafeTensorsType> All { get; } =
    [
        new("F64", ScalarType.Float64, 8),
        new("I64", ScalarType.Int64, 8),
        new("F32", ScalarType.Float32, 4),
        new("I32", ScalarType.Int32, 4),
        new("F16", ScalarType.Float16, 2),
        new("BF16", ScalarType.BFloat16, 2),
        new("U8", ScalarType.Byte, 1),
        new("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The names of <see cref="All"/>, for messages.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(type => type.Name));
}
