using System.Text.Json.Serialization;

namespace Graft.Jobs;

/// <summary>Where a job is, as its results have it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>Steps are left to be run.</summary>
    [JsonStringEnumMemberName("incomplete")]
    Incomplete,

    /// <summary>All is there.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>A step failed.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
