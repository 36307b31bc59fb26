using TorchSharp.Modules;

namespace Graft.Operations.Kernels;

/// <summary>Collects the shapes of the convolutions that operations run.</summary>
internal sealed class ConvolutionShapes() : ForwardingLayers<FeatureShape>(new CostLayers())
{
    private readonly HashSet<ConvolutionShape> _found = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlyCollection<ConvolutionShape> Found => _found;

    /// <inheritdoc/>
    public override FeatureShape Convolution(Conv2d layer, FeatureShape x)
    {
        _found.Add(ConvolutionShape.Of(layer, x.Height, x.Width));
        return base.Convolution(layer, x);
    }
}
