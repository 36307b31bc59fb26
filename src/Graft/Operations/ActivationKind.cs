namespace Graft.Operations;

/// <summary>The functions of <see cref="Activation"/>.</summary>
public enum ActivationKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, 0), 6).</summary>
    Relu6,

    /// <summary>x · min(max(x + 3, 0), 6) / 6 (MobileNetV3).</summary>
    HardSwish,

    /// <summary>x · sigmoid(x), also called swish (EfficientNet).</summary>
    Silu,

    /// <summary>x · Φ(x), Φ by the error function (ConvNeXt).</summary>
    Gelu,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>min(max(alpha · x + beta, 0), 1).</summary>
    HardSigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x where it is positive, alpha · x elsewhere.</summary>
    LeakyRelu,

    /// <summary>x where it is positive, alpha · (eˣ − 1) elsewhere.</summary>
    Elu,

    /// <summary>min(max(x, alpha), beta).</summary>
    Clip,
}
