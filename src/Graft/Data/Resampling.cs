using System.Buffers;
using System.Runtime.CompilerServices;

namespace Graft.Data;

/// <summary>
/// Scales images as Pillow does it (<c>Image.resize</c> with BILINEAR), and so torchvision on Pillow's images: a triangle filter that grows with the
/// reduction, hence without
/// aliasing; rows first, then columns, in fixed point with 22 bits, rounded to bytes after each. Bit for bit the same numbers.
/// </summary>
internal static class Resampling
{
    private const int FractionBits = 32 - 8 - 2;
    private const int Half = 1 << (FractionBits - 1);

    /// <summary>Scales a part of an image and gives a window of the result.</summary>
    /// <param name="image">The image.</param>
    /// <param name="part">The part of it that is scaled, as if nothing were around it.</param>
    /// <param name="height">The height that the part is scaled to.</param>
    /// <param name="width">The width that the part is scaled to.</param>
    /// <param name="window">What of the scaled part is wanted.</param>
    /// <param name="target">Gets the bytes [H, W, C] of the window.</param>
    public static void Resize(StoredImage image, PixelWindow part, int height, int width, PixelWindow window, Span<byte> target)
    {
        var channels = image.Shape.Channels;
        var columns = Taps.Create(part.Width, width, window.Left, window.Width);
        var rows = Taps.Create(part.Height, height, window.Top, window.Height);

        // Only the rows that the second pass reads are scaled in the first.
        int firstRow = rows.First[0], rowCount = rows.First[^1] + rows.Count[^1] - firstRow, stride = window.Width * channels;
        var buffer = ArrayPool<byte>.Shared.Rent(rowCount * stride);
        try
        {
            for (var y = 0; y < rowCount; y++)
            {
                var source = image.Pixels.Slice((((part.Top + firstRow + y) * image.Shape.Width) + part.Left) * channels, part.Width * channels);
                AlongRow(source, channels, columns, buffer.AsSpan(y * stride, stride));
            }

            AcrossRows(buffer, firstRow, stride, rows, target);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AlongRow(ReadOnlySpan<byte> source, int channels, Taps taps, Span<byte> target)
    {
        for (var x = 0; x < taps.First.Length; x++)
        {
            var weights = taps.WeightsOf(x);
            for (var c = 0; c < channels; c++)
            {
                var sum = Half;
                var at = (taps.First[x] * channels) + c;
                foreach (var weight in weights)
                {
                    sum += source[at] * weight;
                    at += channels;
                }

                target[(x * channels) + c] = Clip(sum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AcrossRows(ReadOnlySpan<byte> source, int firstRow, int stride, Taps taps, Span<byte> target)
    {
        for (var y = 0; y < taps.First.Length; y++)
        {
            var weights = taps.WeightsOf(y);
            var top = (taps.First[y] - firstRow) * stride;
            for (var x = 0; x < stride; x++)
            {
                var sum = Half;
                var at = top + x;
                foreach (var weight in weights)
                {
                    sum += source[at] * weight;
                    at += stride;
                }

                target[(y * stride) + x] = Clip(sum);
            }
        }
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);

    /// <summary>Which input pixels make an output pixel, and with what weights, in fixed point.</summary>
    /// <param name="First">The first input of each output.</param>
    /// <param name="Count">How many inputs follow each other.</param>
    /// <param name="Weights">The weights, <paramref name="Stride"/> apart.</param>
    /// <param name="Stride">The most inputs that an output has.</param>
    private sealed record Taps(int[] First, int[] Count, int[] Weights, int Stride)
    {
        public ReadOnlySpan<int> WeightsOf(int output) => Weights.AsSpan(output * Stride, Count[output]);

        public static Taps Create(int inputs, int outputs, int firstOutput, int count)
        {
            var scale = (double)inputs / outputs;
            var filterScale = Math.Max(scale, 1);
            var support = filterScale; // of the triangle filter, 1 pixel of the coarser grid
            var stride = ((int)Math.Ceiling(support) * 2) + 1;
            var taps = new Taps(new int[count], new int[count], new int[count * stride], stride);
            var weights = new double[stride];
            for (var i = 0; i < count; i++)
            {
                var centre = (firstOutput + i + 0.5) * scale;
                var first = Math.Max(0, (int)(centre - support + 0.5));
                var used = Math.Min(inputs, (int)(centre + support + 0.5)) - first;
                var total = 0.0;
                for (var k = 0; k < used; k++)
                {
                    weights[k] = Math.Max(0, 1 - Math.Abs((k + first - centre + 0.5) * (1 / filterScale)));
                    total += weights[k];
                }

                taps.First[i] = first;
                taps.Count[i] = used;
                for (var k = 0; k < used; k++)
                {
                    taps.Weights[(i * stride) + k] = (int)(0.5 + (weights[k] / total * (1 << FractionBits)));
                }
            }

            return taps;
        }
    }
}
