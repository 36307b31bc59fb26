using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>
/// Stochastic gradient descent with Nesterov momentum, as in PyTorch: g = ∇ + λw; v = μv + g; w −= η(g + μv). Weight decay λ falls on tensors of two and more
/// dimensions (weights of convolutions and fully connected layers), not on batch norm and biases.
/// </summary>
internal sealed class Sgd : IDisposable
{
    private readonly FlatParameters _decayed, _others;
    private readonly double _momentum, _weightDecay;
    private readonly Tensor _decayedVelocity, _otherVelocity;

    public Sgd(IReadOnlyList<Parameter> parameters, double momentum, double weightDecay)
    {
        _decayed = new(parameters.Where(p => p.dim() >= 2));
        _others = new(parameters.Where(p => p.dim() < 2));
        _momentum = momentum;
        _weightDecay = weightDecay;
        _decayedVelocity = zeros_like(_decayed.Values).DetachFromDisposeScope();
        _otherVelocity = zeros_like(_others.Values).DetachFromDisposeScope();
    }

    /// <summary>Lets the same parameters of a replica of the network share the values; a step takes the sum of all gradients.</summary>
    public void Share(IReadOnlyList<Parameter> replica)
    {
        _decayed.Share(replica.Where(p => p.dim() >= 2));
        _others.Share(replica.Where(p => p.dim() < 2));
    }

    /// <summary>What has to be kept to go on later exactly as if nothing had happened.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => [("sgd.decayed", _decayedVelocity), ("sgd.others", _otherVelocity)];

    /// <summary>Takes a step along the gradients and sets them to zero.</summary>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _decayed.GatherGradients();
        _others.GatherGradients();
        _decayed.Gradients.AddInPlace(_decayed.Values, _weightDecay);
        Step(_decayed, _decayedVelocity, learningRate);
        Step(_others, _otherVelocity, learningRate);
    }

    public void Dispose()
    {
        _decayed.Dispose();
        _others.Dispose();
        _decayedVelocity.Dispose();
        _otherVelocity.Dispose();
    }

    private void Step(FlatParameters parameters, Tensor velocity, double learningRate)
    {
        var gradient = parameters.Gradients;
        velocity.MultiplyInPlace(_momentum).AddInPlace(gradient);
        parameters.Values.AddInPlace(gradient.AddInPlace(velocity, _momentum), -learningRate);
        gradient.zero_();
    }
}
