namespace Graft;

/// <summary>
/// An error that a user can act on. Its message is one line: what, where, what to do; it is shown as it is, without a stack trace.
/// </summary>
public abstract class GraftException : Exception
{
    /// <param name="message">One line: what, where, what to do.</param>
    /// <param name="cause">The exception behind it, if there is one.</param>
    protected GraftException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>The settings that mend it, as far as it is one of them; the message says the same in words.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>What the command line ends with: 1 the run failed, 2 wrong usage, plan or data.</summary>
    public abstract int ExitCode { get; }
}
