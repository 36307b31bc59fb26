namespace Graft.Onnx.Import;

/// <summary>How much of an imported network is one position.</summary>
public enum PositionGranularity
{
    /// <summary>The blocks that papers draw: residual blocks, inverted residuals, a convolution with what belongs to it.</summary>
    Block,

    /// <summary>
    /// Each convolution over several pixels with the norm and the activation behind it. What has a way around it, such as a residual block, stays one position:
    /// operations are swapped where all of the network passes through.
    /// </summary>
    Layer,
}
