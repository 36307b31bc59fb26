namespace Graft;

/// <summary>A run could not go on: training diverged, the disk is full, the workspace cannot be used. What was finished is kept.</summary>
public sealed class RunException(string message, Exception? cause = null) : GraftException(message, cause)
{
    /// <inheritdoc/>
    public override int ExitCode => 1;
}
