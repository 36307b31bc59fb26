using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Operations.Kernels;

/// <summary>
/// Compares convolutions in bf16 with fp32 on the processor at hand, forwards and backwards, when one is first met. The rule of
/// <see cref="BFloat16Convolution"/> was found on one processor; what another one computes wrong is computed in fp32. What was compared once on a processor and
/// version of libtorch is kept in a file and not compared again.
/// </summary>
/// <param name="directory">Where results are kept, one file a machine. It is made where it is missing; where that is not possible, nothing is kept.</param>
/// <param name="machine">The processor and the versions of libraries: what a result holds for.</param>
internal sealed class BFloat16SelfCheck(string directory, string machine)
{
    private const int Images = 8;
    private const double Tolerance = 0.2; // of the mean magnitude: values and weights have 8 bits; what is computed wrong is off by as much as values are large

    private readonly string _path = Path.Combine(directory, $"bf16-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(machine)))[..16]}.json");
    private readonly ConcurrentDictionary<string, bool> _kept = new(StringComparer.Ordinal); // by the shape's name
    private readonly ConcurrentDictionary<ConvolutionShape, bool> _right = [];
    private readonly Lock _comparing = new();
    private bool _isRead;

    /// <summary>The check of this machine.</summary>
    public static BFloat16SelfCheck Here { get; } = new(UserDirectory.Cache, $"{Processor.Name}, libtorch {__version__}");

    /// <summary>The names of the shapes that were met in this process and are wrong in bf16, in order.</summary>
    public IReadOnlyList<string> Wrong => [.. _right.Where(r => !r.Value).Select(r => r.Key.ToString()).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Whether the processor computes a convolution right in bf16. The first time that it is asked it is measured: some milliseconds for a small image.
    /// </summary>
    public bool IsRight(ConvolutionShape shape)
    {
        if (_right.TryGetValue(shape, out bool right))
        {
            return right;
        }

        lock (_comparing)
        {
            return _right.GetOrAdd(shape, Compare);
        }
    }

    /// <summary>Whether output and gradients of a convolution in bf16 are those of fp32.</summary>
    internal static bool ComputesRight(ConvolutionShape shape) => ComputesRight(shape, (x, weight) => Convolve(shape, x, weight));

    /// <summary>Whether output and gradients of what computes a convolution in bf16, of its input and its weight, are those of fp32.</summary>
    internal static bool ComputesRight(ConvolutionShape shape, Func<Tensor, Tensor, Tensor> convolve)
    {
        using var scope = NewDisposeScope();
        using var ordinary = inference_mode(false); // a convolution may be met first where a network is tested
        using var differentiable = enable_grad();
        using var random = new Generator(5);
        var weight = Random(random, shape.Outputs, shape.Kernel, shape.Kernel, shape.Inputs / shape.Groups);
        var x = Random(random, Images, shape.Height, shape.Width, shape.Inputs);
        var (expected, dy) = Differentiate(RowMajor, x.to(ScalarType.Float32), weight.to(ScalarType.Float32), null, random);
        var (computed, _) = Differentiate(convolve, x, weight, dy, random);
        return expected.Zip(computed).All(pair => IsClose(pair.First, pair.Second));

        // right in row-major order only: see ChannelsLastConvolution
        Tensor RowMajor(Tensor x, Tensor weight) => Convolve(shape, ChannelsLastConvolution.RowMajor(x), ChannelsLastConvolution.RowMajor(weight));
    }

    private static Tensor Convolve(ConvolutionShape shape, Tensor x, Tensor weight) => nn.functional.conv2d(
        x, weight, null, [shape.Stride, shape.Stride], [shape.Padding, shape.Padding], null, shape.Groups);

    private bool Compare(ConvolutionShape shape)
    {
        string name = shape.ToString();
        if (!_isRead)
        {
            Read();
            _isRead = true;
        }

        if (!_kept.TryGetValue(name, out bool right))
        {
            _kept[name] = right = ComputesRight(shape);
            Keep();
        }

        return right;
    }

    private static (Tensor[] OutputAndGradients, Tensor Dy) Differentiate(
        Func<Tensor, Tensor, Tensor> convolve,
        Tensor x,
        Tensor weight,
        Tensor? dy,
        Generator random
    )
    {
        var (input, w) = (x.detach().clone().requires_grad_(), weight.detach().clone().requires_grad_());
        var y = convolve(input, w);
        dy ??= Random(random, y.shape[0], y.shape[2], y.shape[3], y.shape[1]);
        using (empty_like(w).FillInPlace(double.NaN))
        {
            // Let go at once: a gradient that is not written has this in it, and not zeros by good luck.
        }

        y.backward([dy.to(y.dtype)]);
        return ([y.detach(), input.grad!, w.grad!], dy);
    }

    // [A, B, C, D] -> [A, D, B, C], channels last, rounded to bf16
    private static Tensor Random(Generator random, long a, long b, long c, long d) =>
        randn([a, b, c, d], generator: random).permute(0, 3, 1, 2).to(ScalarType.BFloat16);

    private static bool IsClose(Tensor expected, Tensor actual) =>
        (expected - actual.to(ScalarType.Float32)).abs().max().item<float>() <= Tolerance * expected.abs().mean().item<float>(); // not so for NaN

    // Other processes add to the file too: what they found is taken along.
    private void Keep()
    {
        Read();
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(new Result(machine, new SortedDictionary<string, bool>(_kept, StringComparer.Ordinal)));
        try
        {
            AtomicFile.Write(_path, stream => stream.Write(text));
        }
        catch (RunException)
        {
            // Compared again by the next process.
        }
    }

    private void Read()
    {
        try
        {
            if (File.Exists(_path) && JsonSerializer.Deserialize<Result>(File.ReadAllBytes(_path)) is { Right: { } kept } result && result.Machine == machine)
            {
                foreach (var (name, right) in kept)
                {
                    _kept.TryAdd(name, right);
                }
            }
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // Damaged or not readable: compared again.
        }
    }

    private sealed record Result(string Machine, SortedDictionary<string, bool> Right);
}
