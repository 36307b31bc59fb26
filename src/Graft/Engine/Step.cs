using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Engine;

/// <summary>
/// A step of a job: a pure function of what this record says. Its <see cref="Key"/> is a hash of that, its result is stored once under the key, and a
/// step whose result exists is never run again.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TeacherStep), "teacher")]
[JsonDerivedType(typeof(ImportStep), "import")]
[JsonDerivedType(typeof(DistillationStep), "distillation")]
[JsonDerivedType(typeof(TrialStep), "trial")]
[JsonDerivedType(typeof(PredictorStep), "predictors")]
[JsonDerivedType(typeof(SimilarityStep), "similarity")]
[JsonDerivedType(typeof(ScoreStep), "score")]
[JsonDerivedType(typeof(ArchitectureStep), "architecture")]
[JsonDerivedType(typeof(FineTuningStep), "fine-tuning")]
public abstract record Step
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Counts changes of the code that change results: results of an older revision are not taken for those of a newer one.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>The data set's fingerprint.</summary>
    public required string Data { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The type of number that convolutions compute with.</summary>
    public required Precision Precision { get; init; }

    /// <summary>The kind of step, as in the record.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>What the step does, in a few words.</summary>
    [JsonIgnore]
    public abstract string Title { get; }

    /// <summary>The keys of the steps whose results this one takes.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<string> Needs { get; }

    /// <summary>The first 128 bits of the SHA-256 of <see cref="ToJson"/>, in lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string Key => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(ToJson())).AsSpan(0, 16));

    /// <summary>The specification as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Step FromJson(string json) => JsonSerializer.Deserialize<Step>(json, Json)!;

    /// <summary>A training length in a <see cref="Title"/>: 1 epoch, 2 epochs.</summary>
    private protected static string EpochsText(int epochs) => epochs == 1 ? "1 epoch" : Invariant($"{epochs} epochs");
}
