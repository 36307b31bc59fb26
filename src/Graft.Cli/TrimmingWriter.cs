using System.Text;

namespace Graft.Cli;

/// <summary>Writes on without the blanks that lines end with, which fill tables up to their width on screens and are in the way in files.</summary>
internal sealed class TrimmingWriter(TextWriter target) : TextWriter(target.FormatProvider)
{
    private int _blanks; // at the end of what was written, held back

    /// <inheritdoc/>
    public override Encoding Encoding => target.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value], 0, 1);

    /// <inheritdoc/>
    public override void Write(string? value) => Write((value ?? "").ToCharArray());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count)
    {
        var text = new StringBuilder();
        foreach (char value in buffer.AsSpan(index, count))
        {
            if (value == ' ')
            {
                _blanks++;
                continue;
            }

            text.Append(' ', value is '\r' or '\n' ? 0 : _blanks).Append(value);
            _blanks = 0;
        }

        target.Write(text.ToString()); // at once: lines of several processes do not mix
    }

    /// <inheritdoc/>
    public override void Flush() => target.Flush();
}
