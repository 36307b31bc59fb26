using System.Text.RegularExpressions;

namespace Graft.Cli;

/// <summary>The headings under which the help of a command with many options lists them.</summary>
internal static partial class OptionGroups
{
    private const string Options = "Options:", Rest = "Other:";
    private const int Few = 12;

    private static readonly (string Heading, string[] Options)[] Groups =
    [
        ("Plan:", ["--preset", "--plan", "--set"]),
        (
            "Network and data:",
            [
                "--network", "--teacher", "--teacher-epochs", "--from", "--row", "--granularity", "--onnx-output", "--data", "--reorder-classes",
                "--data-directory",
            ]
        ),
        ("Images:", ["--image-size", "--resize", "--grayscale", "--normalization", "--mean", "--std", "--size"]),
        ("Substitutions:", ["--positions", "--operations", "--spans"]),
        ("Budget and selection:", ["--budget", "--score", "--solutions", "--latency-table", "--foreign-latencies", "--measure-again"]),
        ("Training:", ["--epochs", "--finetune-epochs", "--recipe", "--held-out", "--seed", "--seeds", "--until-decided", "--max-seeds"]),
        ("Measures and verdicts:", ["--predictors", "--measures", "--margin"]),
        ("How and where it runs:", ["--dry-run", "--workers", "--device", "--precision", "--batch", "--threads", "--on", "--wait"]),
        ("Results:", ["--workspace", "--store", "--out", "--export-own", "--no-fold", "--force", "--json"]),
    ];

    /// <summary>Parts the list of options of a help text, if it is long.</summary>
    /// <param name="help">The text of the library: below "Options:", an option begins with "  -", and lines that go on are indented further.</param>
    public static string Part(string help)
    {
        var lines = help.ReplaceLineEndings("\n").Split('\n').ToList();
        int start = lines.IndexOf(Options);
        if (start < 0)
        {
            return help;
        }

        int end = lines.FindIndex(start, line => line.Length == 0);
        var options = new List<(string Name, List<string> Lines)>();
        foreach (string line in lines[(start + 1)..end])
        {
            if (line.StartsWith("  -", StringComparison.Ordinal))
            {
                options.Add((LongName().Match(line).Value, []));
            }

            options[^1].Lines.Add(line);
        }

        if (options.Count <= Few)
        {
            return help;
        }

        var groups = options.GroupBy(o => Groups.FirstOrDefault(g => g.Options.Contains(o.Name)).Heading ?? Rest).ToDictionary(g => g.Key);
        var parted = Groups.Select(g => g.Heading).Append(Rest).Where(groups.ContainsKey)
            .SelectMany(heading => (string[])[heading, .. groups[heading].SelectMany(o => o.Lines), ""]);
        return string.Join(Environment.NewLine, [.. lines[..start], .. parted, .. lines[(end + 1)..]]);
    }

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex LongName();
}
