namespace Graft.Engine;

/// <summary>Where steps run: recorded beside each result.</summary>
public sealed record RunEnvironment
{
    /// <summary>Processor, cores, memory and operating system in one line.</summary>
    public required string Machine { get; init; }

    /// <summary>Versions by name: graft, .NET, TorchSharp, libtorch.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Threads that torch computes with.</summary>
    public int Threads { get; init; }
}
