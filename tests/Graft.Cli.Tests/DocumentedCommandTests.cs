using System.Text.RegularExpressions;
using Graft.Tests.Fixtures;

namespace Graft.Cli.Tests;

/// <summary>Every command that README and docs show is one that this program has, with these options.</summary>
public sealed partial class DocumentedCommandTests
{
    public static TheoryData<string, string> Commands()
    {
        var commands = new TheoryData<string, string>();
        foreach (string page in Directory.GetFiles(SourceTree.PathOf("docs"), "*.md", SearchOption.AllDirectories).Append(SourceTree.PathOf("README.md")))
        {
            foreach (string line in Blocks().Matches(File.ReadAllText(page)).SelectMany(block => block.Groups[1].Value.Split('\n')))
            {
                if (line.StartsWith("graft ", StringComparison.Ordinal))
                {
                    commands.Add(Path.GetRelativePath(SourceTree.PathOf(), page), Comment().Replace(line, "").TrimEnd());
                }
            }
        }

        return commands;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_Parses(string page, string command)
    {
        var parsed = GraftApp.Root(new(TextWriter.Null, TextWriter.Null)).Parse(command["graft".Length..]);

        Assert.True(parsed.Errors.Count == 0, $"{page}: {command}: {string.Join(' ', parsed.Errors)}");
    }

    [GeneratedRegex(@"```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"\s+(#|>>?|&&|\|).*$")]
    private static partial Regex Comment();
}
