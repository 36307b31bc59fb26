namespace Graft.Onnx.Import;

/// <summary>A part of an imported network around a convolution over several pixels that is no position.</summary>
/// <param name="Node">The file's node of the convolution.</param>
/// <param name="Kernel">Height and width of its kernel: <c>5x5</c>.</param>
/// <param name="Shapes">What it does to the shape: <c>turns 12x30x30 into 12x28x28</c>.</param>
internal sealed record FixedPart(string Node, string Kernel, string Shapes)
{
    private const string Why = "no stride does that with padding by half of the kernel";

    /// <summary>Why it stays, where a line names the convolution already.</summary>
    public string Reason => $"it {Shapes}, and {Why}";

    /// <summary>The convolution, and why it stays.</summary>
    public override string ToString() => $"'{Node}' ({Kernel}) {Shapes}: {Why}";
}
