namespace Graft.Engine;

/// <summary>Tells steps that run from those whose holder is gone.</summary>
internal static class Liveness
{
    /// <summary>How old the last sign of life of a step that runs may be.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    /// <summary>The step as it is now: interrupted where it ran and has given no sign of life for too long.</summary>
    public static StoredStep Of(StoredStep stored, TimeProvider time) =>
        stored.State == StepState.Running && !(time.GetUtcNow() - stored.Heartbeat <= Patience) ? stored with { State = StepState.Interrupted } : stored;
}
