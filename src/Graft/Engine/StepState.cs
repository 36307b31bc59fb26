namespace Graft.Engine;

/// <summary>Where a step is.</summary>
public enum StepState
{
    /// <summary>Not started, or reset after a failure.</summary>
    Pending,

    /// <summary>Started. Whether its process still lives is told by the lock (<c>Workspace.TryLock</c>), not by the state.</summary>
    Running,

    /// <summary>Finished; nothing about it changes any more.</summary>
    Done,

    /// <summary>Ended with an error.</summary>
    Failed,
}
