namespace Graft.Operations;

/// <summary>What is added around a feature map.</summary>
public sealed record Padding
{
    /// <summary>Pixels at each side.</summary>
    public Edges Edges { get; init; }

    /// <summary>Channels before the first.</summary>
    public int ChannelsBefore { get; init; }

    /// <summary>Channels after the last.</summary>
    public int ChannelsAfter { get; init; }

    /// <summary>The value of what is added.</summary>
    public double Value { get; init; }
}
