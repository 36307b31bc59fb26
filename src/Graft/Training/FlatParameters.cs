using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>
/// Lays parameters out in one buffer, and their gradients in another, so that an optimizer's step is a handful of operations on two long vectors instead of on
/// each of some hundred tensors. The parameters become views into the buffer; convolution weights keep their channels-last order.
/// </summary>
internal sealed class FlatParameters : IDisposable
{
    private const int Alignment = 16; // floats in a cache line: vector instructions and oneDNN like aligned starts

    private readonly List<Parameter> _parameters;
    private readonly List<(List<Parameter> Parameters, Tensor Gradients)> _replicas = [];

    public FlatParameters(IEnumerable<Parameter> parameters)
    {
        _parameters = [.. parameters];
        long size = _parameters.Sum(p => Aligned(p.numel()));
        var (type, device) = _parameters.Count > 0 ? (_parameters[0].dtype, _parameters[0].device) : (ScalarType.Float32, CPU);
        Values = zeros(size, type, device).DetachFromDisposeScope();
        Gradients = zeros(size, type, device).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        long start = 0;
        foreach (var parameter in _parameters)
        {
            var value = View(Values, start, parameter);
            value.copy_(parameter);
            parameter.set_(value);
            parameter.grad = View(Gradients, start, parameter);
            start += Aligned(parameter.numel());
        }
    }

    /// <summary>All values, [n].</summary>
    public Tensor Values { get; }

    /// <summary>All gradients, [n]. Backward passes add to them.</summary>
    public Tensor Gradients { get; }

    /// <summary>Lets the same parameters of a replica share the values, with gradients of their own.</summary>
    /// <exception cref="ArgumentException">They have other shapes.</exception>
    public void Share(IEnumerable<Parameter> replica)
    {
        var parameters = replica.ToList();
        if (parameters.Count != _parameters.Count || parameters.Zip(_parameters).Any(p => !p.First.shape.SequenceEqual(p.Second.shape)))
        {
            throw new ArgumentException("The replica's parameters have other shapes.", nameof(replica));
        }

        var gradients = zeros_like(Gradients).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        long start = 0;
        foreach (var parameter in parameters)
        {
            parameter.set_(View(Values, start, parameter));
            parameter.grad = View(gradients, start, parameter);
            start += Aligned(parameter.numel());
        }

        _replicas.Add((parameters, gradients));
    }

    /// <summary>Adds the gradients of replicas, in their order, to <see cref="Gradients"/>.</summary>
    public void GatherGradients()
    {
        using var _ = no_grad();
        foreach (var (_, gradients) in _replicas)
        {
            Gradients.AddInPlace(gradients);
            gradients.zero_();
        }
    }

    public void Dispose()
    {
        foreach (var parameter in _replicas.SelectMany(r => r.Parameters).Concat(_parameters))
        {
            parameter.grad = null;
        }

        _replicas.ForEach(r => r.Gradients.Dispose());
        Values.Dispose();
        Gradients.Dispose();
    }

    private static long Aligned(long count) => (count + Alignment - 1) / Alignment * Alignment;

    // [n] -> the shape of the parameter; [C', C, k, k] lies as [C', k, k, C]
    private static Tensor View(Tensor buffer, long start, Tensor parameter)
    {
        var part = buffer.narrow(0, start, parameter.numel());
        return parameter.shape is [var outputs, var inputs, var height, var width]
            ? part.view(outputs, height, width, inputs).permute(0, 3, 1, 2)
            : part.view(parameter.shape);
    }
}
