using System.Text.RegularExpressions;
using Graft.Tests.Fixtures;

namespace Graft.Tests;

/// <summary>One word for one thing (docs/glossary.md) in code, help, documentation and reports: words that mean the same as one of ours are not used.</summary>
public sealed class VocabularyTests
{
    [Theory]
    [InlineData(@"foret(ell|old)", "predict")]
    [InlineData(@"\bslots?\b", "position")]
    [InlineData(@"\b(FLOPs|MACs|MAdds)\b", "multiply-accumulates")]
    [InlineData(@"\bmini-?batch", "batch")]
    [InlineData(@"\bfine ?tun|\bFinetun", "fine-tuning")]
    [InlineData(@"\biterations?\b", "step")]
    [InlineData(@"\bdatasets?\b", "data set")]
    [InlineData(@"\b(hold-?out|validation (set|images|accuracy))\b", "held-out images")]
    [InlineData(@"\btop1\b", "top-1")]
    [InlineData(@"\b(lr|learning rate) (schedule|scheduler)\b", "learning-rate schedule")]
    [InlineData(@"\bLR\b", "learning rate")]
    [InlineData(@"\b(swapped|replaced) (block|layer|module)s?\b", "substitution")]
    public void EveryText_WordThatMeansTheSameAsOurs_IsNotUsed(string word, string ours)
    {
        var texts = Texts().ToList();
        Assert.True(texts.Count > 400, $"{texts.Count} texts");
        var rule = new Regex(word);

        var found = texts.SelectMany(path => File.ReadLines(path).Select((line, i) => (Line: Plain(line), Place: $"{path}:{i + 1}")))
            .Where(x => rule.IsMatch(x.Line))
            .Select(x => $"{x.Place}: '{rule.Match(x.Line).Value}', which is '{ours}' here")
            .ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void TextsOfTheLibrary_NameNoOptionsOfTheCommandLine()
    {
        // An option after a blank or a bracket in a text; sbatch's own are Slurm's, and workers are given theirs word by word.
        var option = new Regex("""^(?!\s*///)[^"]*"[^"]*[ (]--[a-z]""");
        string slurm = SourceTree.PathOf("src", "Graft", "Engine", "Slurm");
        var found = Directory.EnumerateFiles(SourceTree.PathOf("src", "Graft"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(slurm, StringComparison.Ordinal))
            .SelectMany(path => File.ReadLines(path).Select((line, i) => (Line: line, Place: Invariant($"{path}:{i + 1}"))))
            .Where(x => option.IsMatch(x.Line))
            .Select(x => $"{x.Place}: {x.Line.Trim()}")
            .ToList();
        Assert.True(found.Count == 0, $"A text names an option; say the setting in words and give it as a Remedy:\n{string.Join('\n', found)}");
    }

    // Not what others wrote: addresses, options that are names, quotations ("FLOPs" is explained so in the glossary).
    private static string Plain(string line) => Regex.Replace(line, """https?://\S+|"FLOPs"|--finetune-epochs|dataset-fashion-mnist""", "");

    private static IEnumerable<string> Texts() => new[] { ("src", "*.cs"), ("docs", "*.md"), ("docs", "*.html"), ("docs", "*.json") }
        .SelectMany(x => Directory.EnumerateFiles(SourceTree.PathOf(x.Item1), x.Item2, SearchOption.AllDirectories))
        .Append(SourceTree.PathOf("README.md"))
        .Append(SourceTree.PathOf("CONTRIBUTING.md"));
}
