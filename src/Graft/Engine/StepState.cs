using System.Text.Json.Serialization;

namespace Graft.Engine;

/// <summary>Where a step is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepState>))]
public enum StepState
{
    /// <summary>Not started, or reset after a failure.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>Being worked on.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Finished; nothing about it changes any more.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>Ended with an error.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Started, but its holder is gone. Never stored: it follows from the age of the last sign of life.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,
}

internal static class StepStateExtensions
{
    /// <summary>Whether a step has run: it is done, or failed.</summary>
    public static bool HasEnded(this StepState state) => state is StepState.Done or StepState.Failed;
}
