using System.Text.RegularExpressions;

namespace Graft.Cli.Tests.Support;

/// <summary>
/// Compares output with a text file of <c>Expected/</c>. What differs from it is written beside it as <c>NAME.actual.txt</c>, in the directory of the test
/// program.
/// </summary>
internal static partial class Expected
{
    public static void Matches(string name, string actual)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Expected", $"{name}.txt");
        actual = Clean(actual);
        if (!File.Exists(path) || File.ReadAllText(path) != actual)
        {
            File.WriteAllText(Path.ChangeExtension(path, ".actual.txt"), actual);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : "", actual);
    }

    /// <summary>For output with measured numbers: fractions, times and speeds become '#', and what follows from their width is evened out.</summary>
    public static void MatchesButForNumbers(string name, string actual)
    {
        string text = Measured().Replace(actual, "#");
        text = Gap().Replace(Rule().Replace(text, "─"), "  ");
        Matches(name, Reasons().Replace(Verdict().Replace(text, "$1  # verdict"), ""));
    }

    private static string Clean(string text) =>
        string.Join('\n', text.Replace(Environment.CurrentDirectory, "<here>").ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));

    // 12.34, +1.20, -0.50, 1e-05, 3 s, 4,321 images/s, 0.1.0+abc, dates, keys
    [GeneratedRegex(
        @"\d{4}-\d\d-\d\d \d\d:\d\d|[0-9a-f]{12,}|\d[\d.,]* (s|min|h|days)\b|[+-]?\d[\d,]*\.\d+(e-?\d+)?|\d[\d,]*(?= (training images/s|images/s)\b)|\d+(?= of \d+ test images)|(?<=:)\d+e-\d+|(?<=n = )[\d,]+(?=\) between)"
    )]
    private static partial Regex Measured();

    // A row of the table of verdicts: on two dozen images, and so by chance.
    [GeneratedRegex(@"(?m)^( +\d+ +\S+(?: +\d+)?)  [a-z ]+(\(images\)|not computable).*$")]
    private static partial Regex Verdict();

    [GeneratedRegex(@" (Not computable|Seeds to decide): [^.]*\.")]
    private static partial Regex Reasons();

    [GeneratedRegex("─+")]
    private static partial Regex Rule();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Gap();
}
