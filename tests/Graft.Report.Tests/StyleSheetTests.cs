using System.Text.RegularExpressions;

namespace Graft.Report.Tests;

public sealed partial class StyleSheetTests
{
    // A column may become as narrow as its shortest part that can be broken off: of a heading that is a word.
    [Fact]
    public void Text_HeadingsOfTables_AreNotBrokenInsideAWord()
    {
        string[] broken = [.. Rule().Matches(StyleSheet.Text)
            .Where(rule => rule.Groups["body"].Value.Contains("overflow-wrap: anywhere", StringComparison.Ordinal))
            .SelectMany(rule => rule.Groups["selectors"].Value.Split(',', StringSplitOptions.TrimEntries))];

        Assert.Contains(".plain tbody th", broken); // names of operations
        Assert.DoesNotContain(broken, selector => HeaderCell().IsMatch(selector) && !selector.Contains("tbody", StringComparison.Ordinal));
    }

    // Columns that are stretched over the free ones would draw a single plot, letters and all, much larger than those of a full row.
    [Fact]
    public void Text_PlotsInARowThatIsNotFull_AreAsLargeAsInAFullOne()
    {
        Match panels = Rule().Matches(StyleSheet.Text).First(rule => rule.Groups["selectors"].Value.Trim() == ".panels");

        Assert.Contains("repeat(auto-fill,", panels.Groups["body"].Value, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(?<selectors>[^{}]+)\{(?<body>[^{}]*)\}")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\bth\b")]
    private static partial Regex HeaderCell();
}
