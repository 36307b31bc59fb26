using System.Text.Json.Serialization;

namespace Graft.Engine;

/// <summary>Where steps run: recorded beside each result.</summary>
internal sealed record RunEnvironment
{
    /// <summary>Processor, cores, memory and operating system in one line.</summary>
    public required string Machine { get; init; }

    /// <summary>Versions by name: graft, .NET, TorchSharp, libtorch.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Threads that torch computes with.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Convolutions that this processor computes wrong in bf16, so that fp32 had to do, e.g. <c>16-32-k3-s1-p1-g1-8x8</c>; null where there are none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Float32Convolutions { get; init; }
}
