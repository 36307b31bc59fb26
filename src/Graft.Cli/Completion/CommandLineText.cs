using System.Text;

namespace Graft.Cli.Completion;

/// <summary>A command line that is still being written.</summary>
internal static class CommandLineText
{
    /// <summary>
    /// Splits a line up to the cursor as shells do: at blanks, but not within quotes or behind a backslash. Quotes and backslashes are taken away; a quote may
    /// still be open.
    /// </summary>
    /// <returns>The words. The last is the one under the cursor, empty where the line ends with a blank.</returns>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool begun = false;
        char quote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (begun)
                {
                    words.Add(word.ToString());
                }

                word.Clear();
                begun = false;
                continue;
            }

            begun = true;
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '\\' && quote != '\'' && i + 1 < line.Length)
            {
                word.Append(line[++i]);
            }
            else
            {
                word.Append(c);
            }
        }

        return [.. words, word.ToString()];
    }
}
