using static TorchSharp.torch;

namespace Graft.Formats;

/// <summary>What a safetensors header says about one tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Begin">Where its data begins, counted from the end of the header.</param>
/// <param name="End">Where its data ends, exclusive.</param>
/// <param name="Position">Where in the file the header describes it; 0 for an entry that is about to be written.</param>
internal sealed record SafeTensorsEntry(string Name, SafeTensorsType Type, long[] Shape, long Begin, long End, long Position)
{
    /// <summary>
    /// The number of bytes that a tensor takes, or null where libtorch could not address it or a span could not hold it. Dimensions of size 0 count
    /// as 1 in that check, because libtorch multiplies strides that way.
    /// </summary>
    public static int? SizeBytes(SafeTensorsType type, IReadOnlyList<long> shape)
    {
        Int128 extent = type.Size;
        foreach (var dimension in shape)
        {
            extent *= Math.Max(dimension, 1);
            if (extent > long.MaxValue)
            {
                return null;
            }
        }

        return shape.Contains(0) ? 0 : extent <= int.MaxValue ? (int)extent : null;
    }

    /// <summary>Reads the data from where <paramref name="stream"/> stands. The caller disposes the tensor.</summary>
    /// <exception cref="EndOfStreamException">The stream has become shorter.</exception>
    public Tensor ReadTensor(Stream stream)
    {
        var tensor = empty(Shape, Type.Scalar, CPU).DetachFromDisposeScope();
        try
        {
            stream.ReadExactly(tensor.bytes);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Type and shape as people write them, e.g. <c>F32 [10, 64]</c>.</summary>
    public override string ToString() => $"{Type.Name} {ShapeText.Of(Shape)}";
}
