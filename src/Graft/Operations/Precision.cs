namespace Graft.Operations;

/// <summary>The type of number that convolutions compute with; weights, batch statistics, loss and optimizer are fp32 in any case.</summary>
public enum Precision
{
    /// <summary>fp32 throughout.</summary>
    Float32,

    /// <summary>bf16 for convolutions and the feature maps between them.</summary>
    BFloat16,
}
