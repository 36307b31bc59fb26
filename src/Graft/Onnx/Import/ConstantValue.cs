using System.Runtime.InteropServices;
using Google.Protobuf;
using Graft.Onnx.Schema;
using static TorchSharp.torch;
using DataType = Graft.Onnx.Schema.TensorProto.Types.DataType;

namespace Graft.Onnx.Import;

/// <summary>A value that does not depend on the image: a weight, or a number that shapes are computed from.</summary>
/// <param name="Name">The name of the value in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Dims">Its shape.</param>
/// <param name="Bytes">Its elements, little-endian and row-major.</param>
internal sealed record ConstantValue(string Name, DataType Type, IReadOnlyList<long> Dims, ByteString Bytes)
{
    /// <summary>How many elements there are.</summary>
    public long Count => Dims.Aggregate(1L, (a, b) => a * b);

    /// <summary>Whether the elements are floating-point numbers.</summary>
    public bool IsFloat => Type is DataType.Float or DataType.Float16 or DataType.Double or DataType.Bfloat16;

    /// <summary>Reads a tensor of a file; null if its bytes do not fit its shape, or its type is not one of numbers.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="external">Its bytes, where they are kept beside the file.</param>
    public static ConstantValue? Read(TensorProto tensor, ByteString? external = null)
    {
        var type = (DataType)tensor.DataType;
        if (SizeOf(type) is not { } size || tensor.Dims.Any(d => d < 0) || tensor.Dims.Aggregate(1.0, (a, b) => a * b) > int.MaxValue)
        {
            return null;
        }

        var bytes = external ?? (tensor.HasRawData ? tensor.RawData : type switch
        {
            DataType.Float => Pack([.. tensor.FloatData]),
            DataType.Double => Pack([.. tensor.DoubleData]),
            DataType.Int64 => Pack([.. tensor.Int64Data]),
            DataType.Int32 => Pack([.. tensor.Int32Data]),
            DataType.Uint8 or DataType.Int8 or DataType.Bool => Pack(tensor.Int32Data.Select(v => (byte)v).ToArray()),
            DataType.Float16 or DataType.Bfloat16 or DataType.Int16 or DataType.Uint16 => Pack(tensor.Int32Data.Select(v => (ushort)v).ToArray()),
            _ => Pack([.. tensor.Uint64Data]),
        });
        var value = new ConstantValue(tensor.Name, type, [.. tensor.Dims], bytes);
        return bytes.Length == value.Count * size ? value : null;
    }

    /// <summary>A list of integers.</summary>
    public static ConstantValue Of(string name, params IReadOnlyList<long> values) => new(name, DataType.Int64, [values.Count], Pack(values.ToArray()));

    /// <summary>The elements as integers.</summary>
    public long[] ToIntegers() => Type switch
    {
        DataType.Int64 => MemoryMarshal.Cast<byte, long>(Bytes.Span).ToArray(),
        DataType.Int32 => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(Bytes.Span).ToArray(), v => (long)v),
        _ => Array.ConvertAll(ToFloats(), v => (long)v),
    };

    /// <summary>The elements as numbers.</summary>
    public float[] ToFloats() => Type switch
    {
        DataType.Float => MemoryMarshal.Cast<byte, float>(Bytes.Span).ToArray(),
        DataType.Double => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(Bytes.Span).ToArray(), v => (float)v),
        DataType.Float16 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(Bytes.Span).ToArray(), v => (float)v),
        DataType.Bfloat16 => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(Bytes.Span).ToArray(), v => BitConverter.UInt32BitsToSingle((uint)v << 16)),
        DataType.Int64 => Array.ConvertAll(MemoryMarshal.Cast<byte, long>(Bytes.Span).ToArray(), v => (float)v),
        DataType.Int32 => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(Bytes.Span).ToArray(), v => (float)v),
        _ => Array.ConvertAll(Bytes.ToByteArray(), v => (float)v),
    };

    /// <summary>The value as an fp32 tensor of its shape; the current dispose scope owns it.</summary>
    public Tensor ToTensor() => tensor(ToFloats(), [.. Dims]);

    /// <summary>The value as ONNX has it.</summary>
    public TensorProto ToProto() => new() { Name = Name, DataType = (int)Type, Dims = { Dims }, RawData = Bytes };

    /// <summary>Numbers in a type of floating-point number.</summary>
    public static ByteString Encode(ReadOnlySpan<float> values, DataType type) => type switch
    {
        DataType.Float16 => Pack(Array.ConvertAll(values.ToArray(), v => (Half)v)),
        DataType.Double => Pack(Array.ConvertAll(values.ToArray(), v => (double)v)),
        _ => Pack(values.ToArray()),
    };

    private static int? SizeOf(DataType type) => type switch
    {
        DataType.Bool or DataType.Int8 or DataType.Uint8 => 1,
        DataType.Float16 or DataType.Bfloat16 or DataType.Int16 or DataType.Uint16 => 2,
        DataType.Float or DataType.Int32 => 4,
        DataType.Double or DataType.Int64 or DataType.Uint64 => 8,
        _ => null,
    };

    private static ByteString Pack<T>(T[] values)
        where T : struct => ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
}
