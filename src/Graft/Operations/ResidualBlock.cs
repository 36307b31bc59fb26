namespace Graft.Operations;

/// <summary>
/// Candidate 6 of <b>Seo &amp; Lee</b>, "residual pair" of <b>LANA</b>'s pool: a ResNet block (He et al. 2016) of two k×k convolutions with w·C_out hidden
/// channels, plus the skip (1×1 convolution and BN where the shape changes). The first convolution carries the stride.
/// </summary>
internal sealed class ResidualBlock : OperationFamily
{
    /// <inheritdoc/>
    public override string Name => "residual";

    /// <inheritdoc/>
    public override string Description => "ResNet block: two convolutions and a skip";

    /// <inheritdoc/>
    public override IReadOnlyList<OperationParameter> Parameters { get; } = [OperationParameter.Width(2), OperationParameter.Kernel];

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) =>
        new ConvolutionPair(Name, HiddenChannels(operation["w"], position), (int)operation["k"], skip: true, position, layers);
}
