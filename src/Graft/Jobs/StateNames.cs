using Graft.Engine;

namespace Graft.Jobs;

/// <summary>States as results, tables and views name them: in lower case.</summary>
internal static class StateNames
{
    /// <summary>The name of a step's state, e.g. <c>done</c>.</summary>
    public static string ToName(this StepState state) => state.ToString().ToLowerInvariant();

    /// <summary>The name of a job's state, e.g. <c>incomplete</c>.</summary>
    public static string ToName(this JobState state) => state.ToString().ToLowerInvariant();
}
