namespace Graft.Operations;

/// <summary>What follows a normalisation or an addition.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, 0), 6), as in MobileNetV2.</summary>
    Relu6,
}
