namespace Graft;

/// <summary>A training's loss is not finite any more. It fails its own step and leaves the others alone.</summary>
public sealed class DivergedException(string message) : GraftException(message)
{
    /// <inheritdoc/>
    public override int ExitCode => 1;
}
