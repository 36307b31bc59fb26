namespace Graft.Operations;

/// <summary>
/// Candidates 4 and 5 of <b>Seo &amp; Lee</b>, "conv stack" of <b>LANA</b>'s pool: conv k×k to w·C_out channels, BN, ReLU, conv k×k to C_out, BN; no skip.
/// The first convolution carries the stride.
/// </summary>
internal sealed class ConvStack : OperationFamily
{
    /// <inheritdoc/>
    public override string Name => "conv-stack";

    /// <inheritdoc/>
    public override string Description => "two convolutions with batch norm, no skip";

    /// <inheritdoc/>
    public override IReadOnlyList<OperationParameter> Parameters { get; } = [OperationParameter.Width(1), OperationParameter.Kernel];

    /// <inheritdoc/>
    public override Operation Create(OperationSpec operation, Position position, LayerFactory layers) =>
        new ConvolutionPair(Name, HiddenChannels(operation["w"], position), (int)operation["k"], skip: false, position, layers);
}
