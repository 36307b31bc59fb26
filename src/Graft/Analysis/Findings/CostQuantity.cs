namespace Graft.Analysis.Findings;

/// <summary>What a network costs.</summary>
public enum CostQuantity
{
    /// <summary>Trainable parameters.</summary>
    Parameters,

    /// <summary>Multiply-accumulates for one image.</summary>
    MultiplyAccumulates,
}
