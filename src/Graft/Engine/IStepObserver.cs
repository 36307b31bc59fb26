namespace Graft.Engine;

/// <summary>Is told how steps go. Calls come one at a time.</summary>
internal interface IStepObserver
{
    /// <summary>The steps are known from now on, in the order of the job; those that have a result end at once.</summary>
    void Declared(IReadOnlyList<Step> steps);

    /// <summary>The step has been submitted.</summary>
    void Started(Step step);

    /// <summary>The steps, which run together, have come that far.</summary>
    void Progressed(IReadOnlyList<Step> steps, StepProgress progress);

    /// <summary>Another process holds the step; it is waited for.</summary>
    void Waiting(Step step, StoredStep stored);

    /// <summary>A file of the step's result is gone or not what was recorded: the step is to be run again.</summary>
    /// <param name="step">The step.</param>
    /// <param name="fault">What is wrong with which file.</param>
    /// <param name="hadEnded">Whether its end was told before.</param>
    void Invalidated(Step step, string fault, bool hadEnded);

    /// <summary>The step has ended.</summary>
    /// <param name="step">The step.</param>
    /// <param name="stored">Its record.</param>
    /// <param name="how">Whose work that was.</param>
    void Ended(Step step, StoredStep stored, StepEnding how);
}

/// <summary>Whose work the end of a step is.</summary>
internal enum StepEnding
{
    /// <summary>It was run for this job now.</summary>
    Ran,

    /// <summary>Another process ran it meanwhile.</summary>
    RanElsewhere,

    /// <summary>It was not run, as a step that it needs has failed.</summary>
    NeedFailed,

    /// <summary>Its result was there.</summary>
    WasThere,
}
