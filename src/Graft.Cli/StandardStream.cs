using System.Text;
using Graft.Runtime;

namespace Graft.Cli;

/// <summary>
/// Standard output or standard error as a program can rely on them. Results that cannot be written are an error that says so. Progress and messages that
/// cannot be written (the log's disk is full, whoever read them is gone) are dropped: a run of hours does not end for them.
/// </summary>
/// <param name="stream">The stream itself.</param>
/// <param name="required">Whether what is written is the result: a failure is an error then.</param>
internal sealed class StandardStream(TextWriter stream, bool required) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => stream.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Guard(() => stream.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Guard(() => stream.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Guard(() => stream.Write(value));

    /// <inheritdoc/>
    public override void WriteLine() => Guard(stream.WriteLine);

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Guard(() => stream.WriteLine(value)); // at once, so that lines of several processes stay whole

    /// <inheritdoc/>
    public override void Flush() => Guard(stream.Flush);

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (required)
            {
                throw e is UnauthorizedAccessException
                    ? new RunException("standard output is closed or cannot be written. Send it to a file, or to /dev/null.", e)
                    : StorageErrors.Translate(e, "standard output");
            }
        }
    }
}
