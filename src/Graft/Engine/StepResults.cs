using System.Text.Json;

namespace Graft.Engine;

/// <summary>Results as JSON, as they lie in the record.</summary>
internal static class StepResults
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Writes a result.</summary>
    public static string ToJson<TResult>(TResult result) => JsonSerializer.Serialize(result, Json);

    /// <summary>Reads a result.</summary>
    public static TResult FromJson<TResult>(string json) => JsonSerializer.Deserialize<TResult>(json, Json)!;
}
