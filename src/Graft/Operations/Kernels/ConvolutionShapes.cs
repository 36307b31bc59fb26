using TorchSharp.Modules;

namespace Graft.Operations.Kernels;

/// <summary>Collects the shapes of the convolutions that operations run.</summary>
internal sealed class ConvolutionShapes : ILayers<FeatureShape>
{
    private readonly CostLayers _layers = new();
    private readonly HashSet<ConvolutionShape> _found = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlyCollection<ConvolutionShape> Found => _found;

    /// <inheritdoc/>
    public FeatureShape Convolution(Conv2d layer, FeatureShape x)
    {
        _found.Add(ConvolutionShape.Of(layer, x.Height, x.Width));
        return _layers.Convolution(layer, x);
    }

    /// <inheritdoc/>
    public FeatureShape BatchNorm(BatchNorm2d layer, FeatureShape x, Activation activation = Activation.None) => x;

    /// <inheritdoc/>
    public FeatureShape Add(FeatureShape x, FeatureShape y, Activation activation = Activation.None) => _layers.Add(x, y, activation);

    /// <inheritdoc/>
    public FeatureShape Activate(FeatureShape x, Activation activation) => x;

    /// <inheritdoc/>
    public FeatureShape Gate(FeatureShape x, FeatureShape gate) => _layers.Gate(x, gate);

    /// <inheritdoc/>
    public FeatureShape SubsampleAndPad(FeatureShape x, int stride, int channels) => _layers.SubsampleAndPad(x, stride, channels);

    /// <inheritdoc/>
    public FeatureShape GlobalAveragePool(FeatureShape x) => _layers.GlobalAveragePool(x);

    /// <inheritdoc/>
    public FeatureShape Linear(Linear layer, FeatureShape x) => _layers.Linear(layer, x);
}
