namespace Graft.Engine;

/// <summary>Where a step is.</summary>
public enum StepState
{
    /// <summary>Not started, or reset after a failure.</summary>
    Pending,

    /// <summary>Being worked on.</summary>
    Running,

    /// <summary>Finished; nothing about it changes any more.</summary>
    Done,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Started, but its holder is gone. Never stored: it follows from the age of the last sign of life.</summary>
    Interrupted,
}
