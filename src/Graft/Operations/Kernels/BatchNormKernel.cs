using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Graft.Operations.Kernels.BFloat16Vector;

namespace Graft.Operations.Kernels;

/// <summary>
/// Batch normalisation with its activation on bf16 feature maps that lie channels-last, [rows, channels] with rows = N·H·W. libtorch makes separate passes over
/// memory for statistics (two), normalisation and activation, and as many backwards; here it is one pass for the statistics and one for the rest, and as many
/// backwards. Sums are formed over fixed blocks of rows and added in order, so results do not depend on the number of threads.
/// </summary>
internal static unsafe class BatchNormKernel
{
    /// <summary>Channels must be a multiple of this.</summary>
    public const int Lanes = BFloat16Vector.Lanes;

    private const int BlockBytes = 128 << 10; // a block of rows stays in the second-level cache while its channels are gone through

    /// <summary>
    /// Sums over the rows, of x − shift and of (x − shift)², for each channel. The shift (a value of the channel) keeps the squares free of cancellation.
    /// </summary>
    public static (double[] Sum, double[] Square) Moments(ushort* x, int rows, int channels, float[] shift)
    {
        return Reduce(rows, channels, (start, end, first, second) =>
        {
            fixed (float* shifts = shift)
            {
                for (int c = 0; c < channels; c += Lanes)
                {
                    var offset = Vector512.Load(shifts + c);
                    Vector512<float> sum = default, square = default, evenSum = default, evenSquare = default;
                    int row = start;
                    ushort* p = x + (long)start * channels + c;
                    for (; row + 1 < end; row += 2, p += 2 * channels)
                    {
                        var even = Load(p) - offset;
                        var odd = Load(p + channels) - offset;
                        evenSum += even;
                        sum += odd;
                        evenSquare = Vector512.FusedMultiplyAdd(even, even, evenSquare);
                        square = Vector512.FusedMultiplyAdd(odd, odd, square);
                    }

                    if (row < end)
                    {
                        var last = Load(p) - offset;
                        sum += last;
                        square = Vector512.FusedMultiplyAdd(last, last, square);
                    }

                    (sum + evenSum).Store(first + c);
                    (square + evenSquare).Store(second + c);
                }
            }
        });
    }

    /// <summary>y = activation(x · scale + offset).</summary>
    public static void Apply(ushort* x, ushort* y, int rows, int channels, float[] scale, float[] offset, ActivationKind activation)
    {
        ForEachBlock(rows, channels, (_, start, end) =>
        {
            fixed (float* scales = scale, offsets = offset)
            {
                for (int c = 0; c < channels; c += Lanes)
                {
                    var s = Vector512.Load(scales + c);
                    var o = Vector512.Load(offsets + c);
                    for (int row = start; row < end; row++)
                    {
                        long i = (long)row * channels + c;
                        var z = Vector512.FusedMultiplyAdd(Load(x + i), s, o);
                        if (activation != ActivationKind.None)
                        {
                            z = Vector512.Max(z, Vector512<float>.Zero);
                        }

                        if (activation == ActivationKind.Relu6)
                        {
                            z = Vector512.Min(z, Vector512.Create(6f));
                        }

                        Store(z, y + i);
                    }
                }
            }
        });
    }

    /// <summary>Sums over the rows, of g and of g · (x − mean), for each channel; g is the gradient dy where the activation passes it.</summary>
    public static (double[] Gradient, double[] Product) GradientMoments(
        ushort* x, ushort* dy, int rows, int channels, float[] scale, float[] offset, float[] mean, ActivationKind activation)
    {
        return Reduce(rows, channels, (start, end, first, second) =>
        {
            fixed (float* scales = scale, offsets = offset, means = mean)
            {
                for (int c = 0; c < channels; c += Lanes)
                {
                    var s = Vector512.Load(scales + c);
                    var o = Vector512.Load(offsets + c);
                    var m = Vector512.Load(means + c);
                    Vector512<float> gradient = default, product = default;
                    for (int row = start; row < end; row++)
                    {
                        long i = (long)row * channels + c;
                        var value = Load(x + i);
                        var g = Passed(Load(dy + i), Vector512.FusedMultiplyAdd(value, s, o), activation);
                        gradient += g;
                        product = Vector512.FusedMultiplyAdd(g, value - m, product);
                    }

                    gradient.Store(first + c);
                    product.Store(second + c);
                }
            }
        });
    }

    /// <summary>dx = g · scale + x · factor + constant, with g as in <see cref="GradientMoments"/>.</summary>
    public static void ApplyGradient(
        ushort* x, ushort* dy, ushort* dx, int rows, int channels, float[] scale, float[] offset, float[] factor, float[] constant, ActivationKind activation)
    {
        ForEachBlock(rows, channels, (_, start, end) =>
        {
            fixed (float* scales = scale, offsets = offset, factors = factor, constants = constant)
            {
                for (int c = 0; c < channels; c += Lanes)
                {
                    var s = Vector512.Load(scales + c);
                    var o = Vector512.Load(offsets + c);
                    var f = Vector512.Load(factors + c);
                    var k = Vector512.Load(constants + c);
                    for (int row = start; row < end; row++)
                    {
                        long i = (long)row * channels + c;
                        var value = Load(x + i);
                        var g = Passed(Load(dy + i), Vector512.FusedMultiplyAdd(value, s, o), activation);
                        Store(Vector512.FusedMultiplyAdd(g, s, Vector512.FusedMultiplyAdd(value, f, k)), dx + i);
                    }
                }
            }
        });
    }

    private delegate void BlockSum(int start, int end, float* first, float* second);

    // Two sums for each channel: in float within a block of rows, in double over the blocks.
    private static (double[] First, double[] Second) Reduce(int rows, int channels, BlockSum sum)
    {
        float[] partial = new float[BlockCount(rows, channels) * 2 * channels];
        ForEachBlock(rows, channels, (block, start, end) =>
        {
            fixed (float* sums = &partial[block * 2 * channels])
            {
                sum(start, end, sums, sums + channels);
            }
        });
        double[] first = new double[channels], second = new double[channels];
        for (int block = 0; block < partial.Length; block += 2 * channels)
        {
            for (int c = 0; c < channels; c++)
            {
                first[c] += partial[block + c];
                second[c] += partial[block + channels + c];
            }
        }

        return (first, second);
    }

    private static int RowsOfBlock(int channels) => Math.Max(1, BlockBytes / (sizeof(ushort) * channels));

    private static int BlockCount(int rows, int channels) => (rows + RowsOfBlock(channels) - 1) / RowsOfBlock(channels);

    private static void ForEachBlock(int rows, int channels, Action<int, int, int> run)
    {
        int size = RowsOfBlock(channels);
        KernelThreads.ForEach(BlockCount(rows, channels), block => run(block, block * size, Math.Min(rows, (block + 1) * size)));
    }

    // The gradient where the activation's input z lets it through.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Passed(Vector512<float> dy, Vector512<float> z, ActivationKind activation)
    {
        if (activation == ActivationKind.None)
        {
            return dy;
        }

        var passes = Vector512.GreaterThan(z, Vector512<float>.Zero);
        if (activation == ActivationKind.Relu6)
        {
            passes &= Vector512.LessThan(z, Vector512.Create(6f));
        }

        return dy & passes;
    }
}
