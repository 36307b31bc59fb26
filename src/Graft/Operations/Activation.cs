namespace Graft.Operations;

/// <summary>
/// What follows a normalisation or an addition, or stands by itself. Own operations need <see cref="None"/>, <see cref="Relu"/> and <see cref="Relu6"/>; the
/// others occur in imported networks.
/// </summary>
/// <param name="Kind">The function.</param>
/// <param name="Alpha">Its first parameter, as <see cref="ActivationKind"/> says; 0 where it has none.</param>
/// <param name="Beta">Its second parameter.</param>
public readonly record struct Activation(ActivationKind Kind, float Alpha = 0, float Beta = 0)
{
    /// <summary>Nothing.</summary>
    public static Activation None => default;

    /// <summary>max(x, 0).</summary>
    public static Activation Relu => new(ActivationKind.Relu);

    /// <summary>min(max(x, 0), 6), as in MobileNetV2.</summary>
    public static Activation Relu6 => new(ActivationKind.Relu6);

    /// <summary>Whether it is one of those that the vectorised batch normalisation computes, and that may work in place.</summary>
    internal bool IsRectifier => Kind is ActivationKind.None or ActivationKind.Relu or ActivationKind.Relu6;
}
