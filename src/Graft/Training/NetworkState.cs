using Graft.Networks;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>A copy of all values of a network, to come back to.</summary>
internal sealed class NetworkState : IDisposable
{
    private readonly Network _network;
    private readonly List<Tensor> _values;

    public NetworkState(Network network)
    {
        _network = network;
        using var _ = no_grad();
        _values = [.. network.NamedTensors().Select(t => t.Tensor.clone().DetachFromDisposeScope())];
    }

    /// <summary>Gives the network the values back.</summary>
    public void Restore()
    {
        using var _ = no_grad();
        foreach (var ((_, tensor), value) in _network.NamedTensors().Zip(_values))
        {
            tensor.copy_(value);
        }
    }

    public void Dispose() => _values.ForEach(v => v.Dispose());
}
