namespace Graft.Engine;

/// <summary>
/// An attempt is not the last of its step any more: whoever gave its machine up for dead has begun another, and what this one would write is refused. It is no
/// failure of the step, and ends the attempt as a cancellation does.
/// </summary>
/// <param name="key">The step.</param>
/// <param name="holder">Who runs it now.</param>
internal sealed class StepLostException(string key, string? holder)
    : OperationCanceledException($"step {key} was taken over by {holder ?? "another process"}.")
{
    /// <summary>The step.</summary>
    public string Key { get; } = key;
}
