using System.Globalization;
using System.Text.RegularExpressions;
using Graft.Tests.Fixtures;

namespace Graft.Tests;

/// <summary>Lines of code are at most as long as .editorconfig says (max_line_length), which no formatter of .NET enforces.</summary>
public sealed partial class LineLengthTests
{
    [Fact]
    public void Code_EveryLine_FitsTheLimit()
    {
        string stated = Limit().Match(File.ReadAllText(SourceTree.PathOf(".editorconfig"))).Groups[1].Value;
        int limit = int.Parse(stated, CultureInfo.InvariantCulture);
        var files = new[] { "src", "tests", "samples", "bench" }
            .Select(folder => SourceTree.PathOf(folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(path => !Built().IsMatch(path))
            .ToList();

        Assert.True(files.Count > 500, $"{files.Count} files of code");
        var tooLong = files.SelectMany(path => File.ReadLines(path)
            .Select((line, index) => (Line: line, Place: $"{path}:{index + 1}"))
            .Where(x => x.Line.Length > limit && !Text().IsMatch(x.Line))
            .Select(x => $"{x.Place}: {x.Line.Length} characters"));
        Assert.True(!tooLong.Any(), string.Join('\n', tooLong));
    }

    [GeneratedRegex(@"max_line_length = (\d+)")]
    private static partial Regex Limit();

    [GeneratedRegex(@"[\\/](bin|obj|artifacts)[\\/]")]
    private static partial Regex Built();

    // A message stays in one piece, so that it can be searched for.
    [GeneratedRegex("""^\s*([-+?:] |return |yield return )?[$@]*"{1,3}""")]
    private static partial Regex Text();
}
