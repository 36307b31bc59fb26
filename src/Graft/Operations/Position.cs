namespace Graft.Operations;

/// <summary>
/// A place in a network whose operation can be swapped for any other with the same input and output shape: one of its positions, or a run of neighbours that
/// one operation is to stand for (<c>NetworkDefinition.PositionAt</c>).
/// </summary>
public sealed record Position
{
    /// <summary>From 1, in the order of the forward pass; of a run, the first one's.</summary>
    public required int Index { get; init; }

    /// <summary>How many neighbouring positions it is; 1 for a single one.</summary>
    public int Length { get; init; } = 1;

    /// <summary>The position, or the run of them.</summary>
    public Place Place => new(Index, Index + Length - 1);

    /// <summary>The module path of the network's own operation in PyTorch's names, e.g. <c>block1.layer.0</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The shape of what comes in.</summary>
    public required FeatureShape Input { get; init; }

    /// <summary>The shape of what goes out.</summary>
    public required FeatureShape Output { get; init; }

    /// <summary>The stride that takes the input's size to the output's.</summary>
    public required int Stride { get; init; }

    /// <summary>
    /// What the network's own operation ends with, and so every candidate: nothing in pre-activation networks (WRN), ReLU in post-activation ones (ResNet).
    /// </summary>
    public Activation OutputActivation { get; init; } = Activation.None;

    /// <summary>
    /// Makes the network's own operation, with fresh initial values; of a run, its own operation of the run's shapes. Null where a run has none.
    /// </summary>
    public required Func<LayerFactory, Operation>? CreateOwn { get; init; }

    /// <summary>
    /// The path that the tensors of the network's own operation are named under: that of the position, or empty where they have names of their own (ONNX
    /// files).
    /// </summary>
    public string OwnPath
    {
        get => field ?? Path;
        init;
    }

    /// <summary>Makes the layers between this position and the next one, or the head, that are not part of any position; null for none.</summary>
    public Func<LayerFactory, Operation>? CreateAfter { get; init; }

    /// <summary>
    /// Whether the network goes on with concat(x, operation(x)) (DenseNet: Huang et al. 2017, eq. 2); <see cref="Output"/> is what the operation adds.
    /// </summary>
    public bool Grows { get; init; }

    /// <summary>Whether output and input have the same shape, so that a skip needs no layers.</summary>
    public bool KeepsShape => Input == Output;

    /// <summary>Place, path and shapes in short, e.g. <c>3 (block2.layer.0): 16x32x32 -> 32x16x16</c>.</summary>
    public override string ToString() => Invariant($"{Place} ({Path}): {Input} -> {Output}");
}
