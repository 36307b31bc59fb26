namespace Graft.Engine;

/// <summary>How an attempt at a step ended.</summary>
internal enum StepOutcome
{
    /// <summary>Its result is in the record.</summary>
    Done,

    /// <summary>It failed; the record says why.</summary>
    Failed,

    /// <summary>Another process is at it.</summary>
    Busy,
}
