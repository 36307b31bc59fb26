namespace Graft;

/// <summary>A data set or a file of weights is missing, damaged or not what it should be.</summary>
public sealed class DataException(string message, Exception? cause = null) : GraftException(message, cause)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}
