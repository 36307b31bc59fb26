namespace Graft;

/// <summary>A plan, an option or a name is wrong. Where several things are wrong, the message lists them all.</summary>
public sealed class ConfigurationException(string message, Exception? cause = null) : GraftException(message, cause)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}
