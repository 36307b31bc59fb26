using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations;

/// <summary>A trained scale and shift of each channel, one of which may be missing: x · weight + bias, each [C].</summary>
public sealed class ChannelScale : nn.Module
{
    internal ChannelScale(int channels, bool scales, bool shifts, Device device)
        : base("scale")
    {
        if (scales)
        {
            register_parameter("weight", new Parameter(ones([channels], device: device).DetachFromDisposeScope()));
        }

        if (shifts)
        {
            register_parameter("bias", new Parameter(zeros([channels], device: device).DetachFromDisposeScope()));
        }

        Scales = scales;
        Shifts = shifts;
    }

    /// <summary>The scale; null if the layer only shifts.</summary>
    public Tensor? Weight => Scales ? get_parameter("weight") : null;

    /// <summary>The shift; null if the layer only scales.</summary>
    public Tensor? Bias => Shifts ? get_parameter("bias") : null;

    private bool Scales { get; }

    private bool Shifts { get; }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
    }
}
