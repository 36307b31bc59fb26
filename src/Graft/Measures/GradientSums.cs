using Graft.Networks;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// The gradients of the loss with respect to the weights of convolutions and fully connected layers, over batches. Biases and batch normalisation, which have
/// one dimension, are not looked at.
/// </summary>
internal sealed class GradientSums
{
    private readonly Network _network;
    private readonly List<Layer> _layers;

    /// <param name="network">The network.</param>
    /// <param name="keep">Takes over what is to be disposed.</param>
    public GradientSums(Network network, Action<IDisposable> keep)
    {
        _network = network;
        _layers = [.. network.parameters().Where(p => p.dim() >= 2).Select(p => new Layer(p, Zeros(p), Zeros(p), Zeros(p)))];

        Tensor Zeros(Tensor weight)
        {
            var zeros = zeros_like(weight, ScalarType.Float64).DetachFromDisposeScope();
            keep(zeros);
            return zeros;
        }
    }

    /// <summary>The layers.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Batches that were added.</summary>
    public int Batches { get; private set; }

    /// <summary>Takes the gradients of a batch, and clears them.</summary>
    public void Add()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var layer in _layers)
        {
            var gradient = layer.Weight.grad!.to(ScalarType.Float64);
            layer.Signed.AddInPlace(gradient);
            layer.Absolute.AddInPlace(gradient.abs());
            layer.Square.AddInPlace(gradient.Squared());
        }

        _network.zero_grad();
        Batches++;
    }

    /// <summary>The sum over layers of a number that is computed of each.</summary>
    public double SumOverLayers(Func<Layer, Tensor> ofLayer)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return _layers.Sum(layer => ofLayer(layer).item<double>());
    }

    /// <summary>A layer's weight θ, and sums over batches, of its shape and in fp64.</summary>
    /// <param name="Weight">θ.</param>
    /// <param name="Signed">Σ ∂L/∂θ.</param>
    /// <param name="Absolute">Σ |∂L/∂θ|.</param>
    /// <param name="Square">Σ (∂L/∂θ)².</param>
    internal sealed record Layer(Tensor Weight, Tensor Signed, Tensor Absolute, Tensor Square);
}
