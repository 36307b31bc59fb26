namespace Graft.Engine;

/// <summary>Is told how steps go. Calls come from several threads, one at a time.</summary>
public interface IStepObserver
{
    /// <summary>The step has been given to a process.</summary>
    void Started(Step step);

    /// <summary>The step has come that far.</summary>
    void Progressed(Step step, StepProgress progress);

    /// <summary>The step has ended, here or in another process.</summary>
    void Ended(Step step, StoredStep stored);
}
