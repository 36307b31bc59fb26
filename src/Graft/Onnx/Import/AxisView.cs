using Graft.Operations;

namespace Graft.Onnx.Import;

/// <summary>A factor of one axis of a feature map: <paramref name="Size"/> indices that are <paramref name="Stride"/> apart.</summary>
/// <param name="Axis">C, H or W.</param>
/// <param name="Stride">The distance of indices on the axis.</param>
/// <param name="Size">The number of indices, at least 2.</param>
internal readonly record struct AxisFactor(char Axis, int Stride, int Size);

/// <summary>
/// How a value of the file lies in memory, seen from the feature map [N, C, H, W] that it is: which axes, or factors of axes, each of its dimensions behind the
/// batch runs over. Reshape, Transpose, Flatten and the like change nothing but this; what follows sees through them. Dimensions of size 1 run over nothing.
/// </summary>
internal sealed class AxisView
{
    private readonly FeatureShape _shape;
    private readonly List<AxisFactor>[] _dims;

    private AxisView(FeatureShape shape, IEnumerable<List<AxisFactor>> dims)
    {
        _shape = shape;
        _dims = [.. dims.Select(Merge)];
    }

    /// <summary>The number of dimensions, with the batch.</summary>
    public int Rank => _dims.Length + 1;

    /// <summary>The sizes of the dimensions behind the batch.</summary>
    public IReadOnlyList<int> Sizes => [.. _dims.Select(SizeOf)];

    /// <summary>Whether it is [N, C, H, W].</summary>
    public bool IsChannelsFirst => Matches(ChannelsFirst(_shape));

    /// <summary>[N, C, H, W].</summary>
    public static AxisView ChannelsFirst(FeatureShape shape) => new(shape, [Whole('C', shape.Channels), Whole('H', shape.Height), Whole('W', shape.Width)]);

    /// <summary>[N, H, W, C].</summary>
    public static AxisView ChannelsLast(FeatureShape shape) => new(shape, [Whole('H', shape.Height), Whole('W', shape.Width), Whole('C', shape.Channels)]);

    /// <summary>[N, C] of a map of one pixel.</summary>
    public static AxisView Flat(int channels) => new(new(channels, 1, 1), [Whole('C', channels)]);

    /// <summary>The factors that a dimension runs over, outermost first. 0 is the batch.</summary>
    public IReadOnlyList<AxisFactor> this[int dim] => _dims[dim - 1];

    /// <summary>The same values in other dimensions; null if these cut across axes.</summary>
    /// <param name="sizes">The sizes behind the batch.</param>
    public AxisView? Reshape(IReadOnlyList<int> sizes)
    {
        var rest = new Stack<AxisFactor>(_dims.SelectMany(d => d).Reverse());
        var dims = new List<List<AxisFactor>>();
        foreach (int size in sizes)
        {
            var dim = new List<AxisFactor>();
            int left = size;
            while (left > 1)
            {
                if (!rest.TryPop(out var factor))
                {
                    return null;
                }

                if (left % factor.Size == 0)
                {
                    dim.Add(factor);
                    left /= factor.Size;
                }
                else if (factor.Size % left == 0)
                {
                    int inner = factor.Size / left;
                    dim.Add(new(factor.Axis, factor.Stride * inner, left));
                    rest.Push(factor with { Size = inner });
                    left = 1;
                }
                else
                {
                    return null;
                }
            }

            dims.Add(dim);
        }

        return rest.Count == 0 ? new(_shape, dims) : null;
    }

    /// <summary>The dimensions in another order; null if the batch does not stay first.</summary>
    public AxisView? Transpose(IReadOnlyList<int> permutation) =>
        permutation.Count == Rank && permutation[0] == 0 && permutation.Order().SequenceEqual(Enumerable.Range(0, Rank))
            ? new(_shape, permutation.Skip(1).Select(dim => _dims[dim - 1]))
            : null;

    /// <summary>Without the dimensions that <paramref name="removed"/> says, all of size 1; null if one is not.</summary>
    public AxisView? Squeeze(IReadOnlyCollection<int> removed) => removed.All(dim => dim > 0 && dim < Rank && _dims[dim - 1].Count == 0)
        ? new(_shape, _dims.Where((_, i) => !removed.Contains(i + 1)))
        : null;

    /// <summary>
    /// With dimensions of size 1 where <paramref name="added"/> says, in the numbering of the result; null if one would come before the batch.
    /// </summary>
    public AxisView? Unsqueeze(IReadOnlyCollection<int> added)
    {
        if (added.Any(dim => dim == 0 || dim >= Rank + added.Count))
        {
            return null;
        }

        var old = new Queue<List<AxisFactor>>(_dims);
        return new(_shape, Enumerable.Range(1, Rank + added.Count - 1).Select(dim => added.Contains(dim) ? [] : old.Dequeue()));
    }

    /// <summary>The same dimensions of another feature map: each axis as long as there; null where a dimension runs over less or more than an axis.</summary>
    public AxisView? Resized(FeatureShape shape)
    {
        var dims = new List<List<AxisFactor>>();
        for (int dim = 1; dim < Rank; dim++)
        {
            char? axis = AxisOf(dim);
            if (axis is null && _dims[dim - 1].Count > 0)
            {
                return null;
            }

            dims.Add(axis switch { 'C' => Whole('C', shape.Channels), 'H' => Whole('H', shape.Height), 'W' => Whole('W', shape.Width), _ => [] });
        }

        var resized = new AxisView(shape, dims);
        return resized.Sizes.Aggregate(1L, (a, b) => a * b) == (long)shape.Channels * shape.Height * shape.Width ? resized : null;
    }

    /// <summary>The axis that a dimension runs over as a whole and in order; null if it is another, or more than one.</summary>
    public char? AxisOf(int dim) => dim > 0 && _dims[dim - 1] is [{ Stride: 1 } factor] && factor.Size == Length(factor.Axis) ? factor.Axis : null;

    /// <summary>The length of an axis.</summary>
    public int Length(char axis) => axis switch { 'C' => _shape.Channels, 'H' => _shape.Height, _ => _shape.Width };

    /// <summary>The dimension of an axis; null if none runs over it as a whole.</summary>
    public int? DimOf(char axis) => Enumerable.Range(1, _dims.Length).Where(dim => AxisOf(dim) == axis).Select(dim => (int?)dim).FirstOrDefault();

    /// <summary>What is behind the channels of [N, C, H, W]: [N, 1, H, W], to compare with.</summary>
    public AxisView WithoutChannels() => new(_shape, _dims.Select((dim, i) => i == 0 ? [] : dim));

    /// <summary>Whether both are the same.</summary>
    public bool Matches(AxisView other) => Rank == other.Rank && _dims.Zip(other._dims).All(d => d.First.SequenceEqual(d.Second));

    private static List<AxisFactor> Whole(char axis, int size) => size > 1 ? [new(axis, 1, size)] : [];

    private static int SizeOf(List<AxisFactor> dim) => dim.Aggregate(1, (size, factor) => size * factor.Size);

    // Neighbours that make up a larger factor of one axis are one.
    private static List<AxisFactor> Merge(List<AxisFactor> dim)
    {
        var merged = new List<AxisFactor>();
        foreach (var factor in dim)
        {
            if (merged is [.., var outer] && outer.Axis == factor.Axis && outer.Stride == factor.Stride * factor.Size)
            {
                merged[^1] = factor with { Size = outer.Size * factor.Size };
            }
            else
            {
                merged.Add(factor);
            }
        }

        return merged;
    }
}
