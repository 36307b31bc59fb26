using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations;

/// <summary>
/// A module that a position, the stem or the head of a network holds. Subclasses register their layers under PyTorch's names with
/// <see cref="Register{TModule}"/> and say in <see cref="Apply"/> how they follow one another.
/// </summary>
public abstract class Operation : nn.Module<Tensor, Tensor>
{
    /// <param name="name">A name for messages.</param>
    protected Operation(string name)
        : base(name)
    {
    }

    /// <summary>The layers that <see cref="forward"/> runs on: their type of number is the operation's precision.</summary>
    public TensorLayers Layers { get; set; } = TensorLayers.Float32;

    /// <summary>The operation as a function of its input, on any interpretation of its layers.</summary>
    /// <param name="layers">What the layers do.</param>
    /// <param name="x">The input: [N, C, H, W], or its shape.</param>
    public abstract TValue Apply<TValue>(ILayers<TValue> layers, TValue x);

    /// <summary>Runs the operation. The caller keeps <paramref name="input"/> and owns the result, which is never the input object.</summary>
    /// <param name="input">[N, C, H, W].</param>
    public sealed override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = Apply(Layers, input);
        return ReferenceEquals(output, input) ? input.alias().MoveToOuterDisposeScope() : output.MoveToOuterDisposeScope();
    }

    /// <summary>Counts parameters, multiply-accumulates and the output's shape for one image of the given input shape.</summary>
    /// <exception cref="ConfigurationException"><see cref="Apply"/> uses a layer that was not registered.</exception>
    /// <exception cref="ArgumentException">A layer cannot take the shape that reaches it.</exception>
    public OperationCost Cost(FeatureShape input) => Cost(input, GetName());

    /// <summary>The same, under the name that errors call the operation.</summary>
    internal OperationCost Cost(FeatureShape input, string name)
    {
        var layers = new CostLayers();
        var output = Apply(layers, input);
        var registered = modules().ToHashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        if (layers.Used.FirstOrDefault(layer => !registered.Contains(layer)) is { } forgotten)
        {
            throw new ConfigurationException(
                $"Operation '{name}' uses a {forgotten.GetType().Name} in Apply that it has not registered: make it by Register(name, layer), or it is neither trained nor saved."
            );
        }

        return new(parameters().Sum(p => p.numel()), layers.MultiplyAccumulates, output) { Activations = layers.Activations };
    }

    /// <summary>
    /// The layer whose rows (of its weight, and of its bias) are all that is of each channel of the output: a head's classifier. Null where there is no such
    /// layer.
    /// </summary>
    internal virtual nn.Module? OutputLayer => modules().OfType<Linear>().LastOrDefault();

    /// <summary>All parameters and buffers, under PyTorch's names below <paramref name="path"/> (empty for none).</summary>
    public virtual IEnumerable<(string Name, Tensor Tensor)> NamedTensors(string path)
    {
        string prefix = path.Length == 0 ? "" : path + ".";
        return named_parameters().Select(p => (prefix + p.name, (Tensor)p.parameter)).Concat(named_buffers().Select(b => (prefix + b.name, b.buffer)));
    }

    /// <summary>Takes the values of an operation of the same build: all parameters and buffers.</summary>
    internal void CopyValuesFrom(Operation other)
    {
        using var _ = no_grad();
        foreach (var (source, target) in other.NamedTensors("").Zip(NamedTensors("")))
        {
            target.Tensor.copy_(source.Tensor);
        }
    }

    /// <summary>
    /// Makes a layer part of this module under PyTorch's name for it. Every layer that <see cref="Apply"/> uses has to be: no other is trained, moved or saved.
    /// </summary>
    protected TModule Register<TModule>(string name, TModule module)
        where TModule : nn.Module
    {
        register_module(name, module);
        return module;
    }

    /// <summary>Does nothing: layers are registered by name, not found by reflection over fields.</summary>
    protected sealed override void RegisterComponents()
    {
    }
}
