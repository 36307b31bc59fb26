using Graft.Engine;

namespace Graft.Jobs.Accelerations;

/// <summary>Is told how an acceleration goes. Calls come from several threads, one at a time.</summary>
public interface IAccelerationObserver : IStepObserver
{
    /// <summary>A stage begins.</summary>
    /// <param name="title">What it does, in a few words.</param>
    /// <param name="steps">How many steps or models it works on.</param>
    void StageStarted(string title, int steps);

    /// <summary>So many models are measured.</summary>
    void Measured(int done, int of);
}
