using System.Runtime.Intrinsics;
using static Graft.Operations.Kernels.BFloat16Vector;

namespace Graft.Operations.Kernels;

/// <summary>
/// Depthwise convolution of bf16 feature maps that lie channels-last, [N, H, W, C], with fp32 weights, and its gradients. oneDNN (in libtorch 2.10) computes
/// the gradients of strided ones wrong, and takes several times as long for theirs and for those of kernels larger than 3x3. Weights lie as [k · k, C]. Sums
/// over an image are fp32, those over images fp64 and in order, so results do not depend on the number of threads.
/// </summary>
internal static unsafe class DepthwiseKernel
{
    /// <summary>y[i, j] = Σ x[i·s + u − p, j·s + v − p] · w[u, v] in each image and channel; what lies outside the image is 0.</summary>
    public static void Forward(ushort* x, float[] weight, ushort* y, DepthwiseShape shape) =>
        Gather(x, shape.InputSize, weight, y, shape.OutputHeight, shape.OutputWidth, shape, (taps, i, j) => taps.OfOutput(i, j));

    /// <summary>The gradient of the input: dx[a, b] = Σ dy[i, j] · w[u, v] over all with i·s + u − p = a and j·s + v − p = b.</summary>
    public static void InputGradient(ushort* dy, float[] weight, ushort* dx, DepthwiseShape shape) =>
        Gather(dy, shape.OutputSize, weight, dx, shape.Height, shape.Width, shape, (taps, a, b) => taps.OfInput(a, b));

    /// <summary>The gradient of the weights, [k · k, C]: dw[u, v] = Σ dy[i, j] · x[i·s + u − p, j·s + v − p] over images and pixels.</summary>
    public static double[] WeightGradient(ushort* x, ushort* dy, DepthwiseShape shape)
    {
        int size = shape.Kernel * shape.Kernel * shape.Channels;
        float[] ofImages = new float[shape.Images * size];
        KernelThreads.ForEach(shape.Images, image =>
        {
            fixed (float* sums = &ofImages[image * size])
            {
                AddWeightGradient(x + image * shape.InputSize, dy + image * shape.OutputSize, sums, shape);
            }
        });
        double[] gradient = new double[size];
        for (int i = 0; i < ofImages.Length; i++)
        {
            gradient[i % size] += ofImages[i];
        }

        return gradient;
    }

    // Each pixel of the target as the weighted sum of pixels of the source.
    private static void Gather(
        ushort* source, long imageSize, float[] weight, ushort* target, int height, int width, DepthwiseShape shape, Action<Taps, int, int> find) =>
        KernelThreads.ForEach(shape.Images, image =>
        {
            var taps = new Taps(shape);
            ushort* from = source + image * imageSize, pixel = target + (long)image * height * width * shape.Channels;
            for (int row = 0; row < height; row++)
            {
                for (int column = 0; column < width; column++, pixel += shape.Channels)
                {
                    find(taps, row, column);
                    taps.Sum(from, weight, pixel);
                }
            }
        });

    // Row by row of the output, so that what is read stays in the first-level cache.
    private static void AddWeightGradient(ushort* x, ushort* dy, float* sums, DepthwiseShape shape)
    {
        int channels = shape.Channels, step = shape.Stride * channels;
        for (int i = 0; i < shape.OutputHeight; i++)
        {
            for (int u = 0; u < shape.Kernel; u++)
            {
                int row = i * shape.Stride + u - shape.Padding;
                if (row < 0 || row >= shape.Height)
                {
                    continue;
                }

                for (int v = 0; v < shape.Kernel; v++)
                {
                    int first = Math.Max(0, (shape.Padding - v + shape.Stride - 1) / shape.Stride);
                    int last = shape.Width - 1 + shape.Padding - v, end = last < 0 ? 0 : Math.Min(shape.OutputWidth, last / shape.Stride + 1);
                    ushort* source = x + ((long)row * shape.Width + first * shape.Stride + v - shape.Padding) * channels;
                    ushort* gradient = dy + ((long)i * shape.OutputWidth + first) * channels;
                    float* target = sums + (u * shape.Kernel + v) * channels;
                    for (int c = 0; c < channels; c += Lanes)
                    {
                        Vector512<float> even = Vector512.Load(target + c), odd = default;
                        ushort* s = source + c, g = gradient + c;
                        int j = first;
                        for (; j + 1 < end; j += 2, s += 2 * step, g += 2 * channels)
                        {
                            even = Vector512.FusedMultiplyAdd(Load(g), Load(s), even);
                            odd = Vector512.FusedMultiplyAdd(Load(g + channels), Load(s + step), odd);
                        }

                        if (j < end)
                        {
                            even = Vector512.FusedMultiplyAdd(Load(g), Load(s), even);
                        }

                        (even + odd).Store(target + c);
                    }
                }
            }
        }
    }

    /// <summary>What a pixel is the weighted sum of.</summary>
    private sealed class Taps(DepthwiseShape shape)
    {
        // Where they begin: a pixel among the source's numbers, and its weights.
        private readonly int[] _pixels = new int[shape.Kernel * shape.Kernel], _weights = new int[shape.Kernel * shape.Kernel];
        private int _count;

        /// <summary>A pixel of the output: pixels of the input.</summary>
        public void OfOutput(int i, int j)
        {
            _count = 0;
            int top = i * shape.Stride - shape.Padding, left = j * shape.Stride - shape.Padding;
            for (int u = Math.Max(0, -top); u < Math.Min(shape.Kernel, shape.Height - top); u++)
            {
                for (int v = Math.Max(0, -left); v < Math.Min(shape.Kernel, shape.Width - left); v++)
                {
                    Add((top + u) * shape.Width + left + v, u, v);
                }
            }
        }

        /// <summary>A pixel of the input: pixels of the output that it is part of.</summary>
        public void OfInput(int a, int b)
        {
            _count = 0;
            int bottom = a + shape.Padding, right = b + shape.Padding;
            for (int u = bottom % shape.Stride; u < shape.Kernel && u <= bottom; u += shape.Stride)
            {
                int i = (bottom - u) / shape.Stride;
                for (int v = right % shape.Stride; i < shape.OutputHeight && v < shape.Kernel && v <= right; v += shape.Stride)
                {
                    int j = (right - v) / shape.Stride;
                    if (j < shape.OutputWidth)
                    {
                        Add(i * shape.OutputWidth + j, u, v);
                    }
                }
            }
        }

        /// <summary>Writes the sum to a pixel, for each channel.</summary>
        public void Sum(ushort* source, float[] weight, ushort* target)
        {
            fixed (float* weights = weight)
            fixed (int* pixels = _pixels, rows = _weights)
            {
                int c = 0, count = _count;
                for (; c + 4 * Lanes <= shape.Channels; c += 4 * Lanes)
                {
                    Vector512<float> first = default, second = default, third = default, fourth = default; // that do not wait for one another
                    for (int t = 0; t < count; t++)
                    {
                        ushort* pixel = source + pixels[t] + c;
                        float* row = weights + rows[t] + c;
                        first = Vector512.FusedMultiplyAdd(Load(pixel), Vector512.Load(row), first);
                        second = Vector512.FusedMultiplyAdd(Load(pixel + Lanes), Vector512.Load(row + Lanes), second);
                        third = Vector512.FusedMultiplyAdd(Load(pixel + 2 * Lanes), Vector512.Load(row + 2 * Lanes), third);
                        fourth = Vector512.FusedMultiplyAdd(Load(pixel + 3 * Lanes), Vector512.Load(row + 3 * Lanes), fourth);
                    }

                    Store(first, target + c);
                    Store(second, target + c + Lanes);
                    Store(third, target + c + 2 * Lanes);
                    Store(fourth, target + c + 3 * Lanes);
                }

                for (; c < shape.Channels; c += Lanes)
                {
                    Vector512<float> sum = default;
                    for (int t = 0; t < count; t++)
                    {
                        sum = Vector512.FusedMultiplyAdd(Load(source + pixels[t] + c), Vector512.Load(weights + rows[t] + c), sum);
                    }

                    Store(sum, target + c);
                }
            }
        }

        private void Add(int pixel, int u, int v)
        {
            _pixels[_count] = pixel * shape.Channels;
            _weights[_count++] = (u * shape.Kernel + v) * shape.Channels;
        }
    }
}
