using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Operations.Kernels;

/// <summary>
/// Compares bf16 convolutions with fp32 on the processor at hand, forwards and backwards. The rule of <see cref="BFloat16Convolution"/> was found on one processor; what
/// another one computes wrong is computed in fp32 from then on. What was compared once on a processor and version of libtorch is kept in a file and not compared again.
/// </summary>
internal static class BFloat16SelfCheck
{
    private const int Images = 8;
    private const double Tolerance = 0.2; // of the mean magnitude: values and weights have 8 bits; what is computed wrong is off by as much as values are large

    /// <summary>Compares the shapes that are not known yet, and has those that are wrong computed in fp32 in this process.</summary>
    /// <param name="shapes">The convolutions that are to be run.</param>
    /// <param name="directory">Where results are kept, one file a machine. It is made where it is missing.</param>
    /// <param name="machine">The processor and the versions of libraries: what a result holds for.</param>
    /// <param name="cancellation">Ends the comparison; what was compared until then is lost.</param>
    /// <returns>The shapes that are computed in fp32 though the rule would allow bf16, in the order of their names.</returns>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static IReadOnlyList<ConvolutionShape> Run(
        IReadOnlyCollection<ConvolutionShape> shapes, string directory, string machine, CancellationToken cancellation = default)
    {
        string path = Path.Combine(directory, $"bf16-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(machine)))[..16]}.json");
        var known = Read(path, machine);
        var candidates = shapes.Distinct().Where(BFloat16Convolution.CanRun).ToList();
        var missing = candidates.Where(shape => !known.ContainsKey(shape.ToString())).ToList();
        foreach (var shape in missing)
        {
            cancellation.ThrowIfCancellationRequested();
            known[shape.ToString()] = IsRight(shape);
        }

        if (missing.Count > 0)
        {
            byte[] text = JsonSerializer.SerializeToUtf8Bytes(new Result(machine, known));
            AtomicFile.Write(path, stream => stream.Write(text));
        }

        var wrong = candidates.Where(shape => !known[shape.ToString()]).OrderBy(shape => shape.ToString(), StringComparer.Ordinal).ToList();
        BFloat16Convolution.ComputeInFloat32(wrong);
        return wrong;
    }

    /// <summary>Whether output and gradients of a convolution in bf16 are those of fp32.</summary>
    internal static bool IsRight(ConvolutionShape shape)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(5);
        var weight = Random(random, shape.Outputs, shape.Kernel, shape.Kernel, shape.Inputs / shape.Groups);
        var x = Random(random, Images, shape.Height, shape.Width, shape.Inputs);
        var (expected, dy) = Differentiate(shape, x.to(ScalarType.Float32), weight.to(ScalarType.Float32), null, random);
        var (computed, _) = Differentiate(shape, x, weight, dy, random);
        return expected.Zip(computed).All(pair => IsClose(pair.First, pair.Second));
    }

    private static (Tensor[] OutputAndGradients, Tensor Dy) Differentiate(ConvolutionShape shape, Tensor x, Tensor weight, Tensor? dy, Generator random)
    {
        var (input, w) = (x.detach().clone().requires_grad_(), weight.detach().clone().requires_grad_());
        var y = nn.functional.conv2d(input, w, null, [shape.Stride, shape.Stride], [shape.Padding, shape.Padding], null, shape.Groups);
        dy ??= Random(random, y.shape[0], y.shape[2], y.shape[3], y.shape[1]);
        using (full_like(w, double.NaN))
        {
            // Let go at once: a gradient that is not written has this in it, and not zeros by good luck.
        }

        y.backward([dy.to(y.dtype)]);
        return ([y.detach(), input.grad!, w.grad!], dy);
    }

    // [A, B, C, D] -> [A, D, B, C], channels last, rounded to bf16
    private static Tensor Random(Generator random, long a, long b, long c, long d) => randn([a, b, c, d], generator: random).permute(0, 3, 1, 2).to(ScalarType.BFloat16);

    private static bool IsClose(Tensor expected, Tensor actual) =>
        (expected - actual.to(ScalarType.Float32)).abs().max().item<float>() <= Tolerance * expected.abs().mean().item<float>(); // not so for NaN

    private static Dictionary<string, bool> Read(string path, string machine)
    {
        try
        {
            return File.Exists(path) && JsonSerializer.Deserialize<Result>(File.ReadAllBytes(path)) is { Right: { } right } result && result.Machine == machine
                ? right
                : new(StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return new(StringComparer.Ordinal); // damaged: compared again
        }
    }

    private sealed record Result(string Machine, Dictionary<string, bool> Right);
}
