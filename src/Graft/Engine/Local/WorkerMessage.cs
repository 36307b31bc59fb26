using System.Text.Json;
using System.Text.Json.Serialization;

namespace Graft.Engine.Local;

/// <summary>
/// What a worker process writes to its standard output, one JSON document a line. It reads <see cref="WorkerRequest"/> documents from its standard input.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(WorkerProgress), "progress")]
[JsonDerivedType(typeof(WorkerFinished), "finished")]
[JsonDerivedType(typeof(WorkerAborted), "aborted")]
internal abstract record WorkerMessage
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a line; null where native code wrote something of its own.</summary>
    public static WorkerMessage? TryParse(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize<WorkerMessage>(line, Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The job goes on.</summary>
internal sealed record WorkerProgress(StepProgress Progress) : WorkerMessage;

/// <summary>The job has ended.</summary>
internal sealed record WorkerFinished(IReadOnlyDictionary<string, StepOutcome> Outcomes) : WorkerMessage;

/// <summary>Something beyond the job's own steps is wrong.</summary>
internal sealed record WorkerAborted(string Message, int ExitCode) : WorkerMessage;

/// <summary>What a worker process is asked for: steps to run together.</summary>
/// <param name="Keys">One step, or steps of one group.</param>
/// <param name="Threads">Threads to compute with.</param>
internal sealed record WorkerRequest(IReadOnlyList<string> Keys, int Threads);
