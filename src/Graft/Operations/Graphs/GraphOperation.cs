using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations.Graphs;

/// <summary>
/// An operation that is data instead of code: a list of layers, each with what it takes. Parts of imported networks are such. One input, one output; without a
/// step the output is the input.
/// </summary>
internal sealed class GraphOperation : Operation
{
    private readonly IReadOnlyList<GraphStep> _steps;
    private readonly nn.Module?[] _modules;
    private readonly bool[] _keeps;

    /// <param name="name">A name for messages.</param>
    /// <param name="steps">The layers, each after those that it takes; the last one makes the output.</param>
    /// <param name="layers">Makes what holds their weights.</param>
    public GraphOperation(string name, IReadOnlyList<GraphStep> steps, LayerFactory layers)
        : base(name)
    {
        _steps = steps;
        _modules = [.. steps.Select((step, i) => step.Layer.Create(layers) is { } module ? Register(Invariant($"step{i}"), module) : null)];
        var uses = steps.SelectMany(step => step.Inputs).CountBy(i => i).ToDictionary();
        _keeps = [.. steps.Select(step => step.Inputs[0] is var x && (x == 0 || uses[x] > 1 || !steps[x - 1].Layer.MayBeOverwritten))];
    }

    /// <summary>Its batch normalisations, with the names of their steps.</summary>
    public IEnumerable<(string Name, BatchNorm2d Layer)> BatchNorms =>
        _steps.Zip(_modules).Where(s => s.Second is BatchNorm2d).Select(s => (s.First.Name, (BatchNorm2d)s.Second!));

    /// <inheritdoc/>
    internal override nn.Module? OutputLayer
    {
        get
        {
            int i = _steps.Count - 1;
            while (i >= 0 && _steps[i].Layer.TreatsChannelsAlike)
            {
                i = _steps[i].Inputs[0] - 1;
            }

            return i >= 0 && _steps[i].Layer is LinearLayer or ConvolutionLayer { Groups: 1 } ? _modules[i] : null;
        }
    }

    /// <inheritdoc/>
    public override TValue Apply<TValue>(ILayers<TValue> layers, TValue x)
    {
        var values = new TValue[_steps.Count + 1];
        values[0] = x;
        foreach (var (i, step) in _steps.Index())
        {
            values[i + 1] = step.Layer.Apply(layers, _modules[i], [.. step.Inputs.Select(input => values[input])], _keeps[i]);
        }

        return values[^1];
    }

    /// <summary>All parameters and buffers, under the names that the file has for them.</summary>
    public override IEnumerable<(string Name, Tensor Tensor)> NamedTensors(string path)
    {
        string prefix = path.Length == 0 ? "" : path + ".";
        foreach (var (step, module) in _steps.Zip(_modules))
        {
            foreach (var (name, tensor) in TensorsOf(module))
            {
                yield return (prefix + step.TensorNames.GetValueOrDefault(name, $"{step.Name}.{name}"), tensor);
            }
        }
    }

    private static IEnumerable<(string Name, Tensor Tensor)> TensorsOf(nn.Module? module) => module is null
        ? []
        : module.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(module.named_buffers().Select(b => (b.name, b.buffer)));
}
