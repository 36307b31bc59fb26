using System.Text.Json.Serialization;
using Graft.Engine;

namespace Graft.Steps;

/// <summary>Takes over weights that were trained elsewhere, and evaluates them.</summary>
public sealed record ImportStep : Step
{
    /// <summary>Lower-case hexadecimal SHA-256 of the file of weights, which lies in the workspace under <see cref="ImportPath"/>.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Where the file was copied to, relative to the artifacts.</summary>
    [JsonIgnore]
    public string ImportPath => PathFor(Sha256);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => "import";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"teacher {Network}, imported";

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => [];

    /// <summary>Where a file with that hash lies, relative to the artifacts.</summary>
    public static string PathFor(string sha256) => $"imports/{sha256}.safetensors";
}
