using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Graft.Engine;

/// <summary>
/// A step of a job: a pure function of what this record says. Its <see cref="Key"/> is a hash of that, its result is stored once under the key, and a step
/// whose result exists is never run again. What a kind of step does, and all else about it, is its <see cref="StepKind"/>.
/// </summary>
public abstract record Step
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <param name="kind">The name of its kind.</param>
    /// <param name="revision">The kind's revision.</param>
    protected Step(string kind, int revision)
    {
        Kind = kind;
        Revision = revision;
    }

    /// <summary>The name of its kind (<see cref="StepKind.Name"/>).</summary>
    [JsonPropertyOrder(-1)]
    public string Kind { get; }

    /// <summary>The revision of the kind that it was made for: results of an older revision are not taken for those of a newer one.</summary>
    public int Revision { get; init; }

    /// <summary>What the step does, in a few words.</summary>
    [JsonIgnore]
    public abstract string Title { get; }

    /// <summary>The title, with what only other steps tell of it: the seed that a candidate was distilled with.</summary>
    /// <param name="find">Gives a step by its key; null for one that is not known.</param>
    internal virtual string TitleAmong(Func<string, Step?> find) => Title;

    /// <summary>The same, with what the network is called that the step is about.</summary>
    /// <param name="find">Gives a step by its key; null for one that is not known.</param>
    /// <param name="name">The network's name in the job; null for none.</param>
    internal string TitleAmong(Func<string, Step?> find, string? name) => name is null ? TitleAmong(find) : $"{TitleAmong(find)} ({name})";

    /// <summary>The keys of the steps whose results this one takes.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<string> Needs { get; }

    /// <summary>The first 128 bits of the SHA-256 of <see cref="ToJson"/>, in lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())).AsSpan(0, 16));

    /// <summary>
    /// Whether this process has other code under the names that the step runs than the one it was made for: its result would not be what the key says.
    /// </summary>
    internal virtual bool IsOfOtherCode => false;

    /// <summary>The specification as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GetType(), Json);

    /// <summary>The identifier of a job that is one step: the start of its key.</summary>
    internal static string IdOf(string key) => key[..12];

    /// <summary>Reads a specification of a known type.</summary>
    internal static Step FromJson(string json, Type type) => (Step)JsonSerializer.Deserialize(json, type, Json)!;
}
