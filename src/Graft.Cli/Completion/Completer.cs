using System.CommandLine;
using System.CommandLine.Completions;

namespace Graft.Cli.Completion;

/// <summary>What can stand under the cursor of a command line that is being written.</summary>
internal sealed class Completer
{
    private const string EndOfOptions = "--";

    private readonly List<Command> _commands; // from the program down to the command that is named
    private readonly Dictionary<Option, string?> _given = []; // with the value, where there is one
    private Option? _awaitsValue;
    private bool _optionsEnded;
    private int _arguments;

    private Completer(Command program) => _commands = [program];

    /// <summary>Says what can stand under the cursor.</summary>
    /// <param name="program">The program as a command.</param>
    /// <param name="line">The line up to the cursor.</param>
    /// <returns>
    /// Whole words, without quotes, that begin with what is there already; items of <see cref="Offers.FileKind"/> and <see cref="Offers.DirectoryKind"/>
    /// ask for files.
    /// </returns>
    public static IReadOnlyList<CompletionItem> Complete(Command program, string line)
    {
        var words = CommandLineText.Split(line);
        var completer = new Completer(program);
        words.Skip(1).SkipLast(1).ToList().ForEach(completer.Pass);
        return words.Count < 2 ? [] : [.. completer.At(words[^1]).DistinctBy(item => (item.Label, item.Kind))];
    }

    private Command Command => _commands[^1];

    private IEnumerable<Option> Options =>
        Command.Options.Concat(_commands.SkipLast(1).SelectMany(c => c.Options.Where(o => o.Recursive))).Where(o => !o.Hidden);

    private IEnumerable<Command> Subcommands => _arguments > 0 || _optionsEnded ? [] : Command.Subcommands;

    // The option whose value the word is; null if it is none. An option of several values ends where another one begins.
    private Option? AwaitsAsValue(string word) => _awaitsValue is { AllowMultipleArgumentsPerToken: true } && word.StartsWith('-') ? null : _awaitsValue;

    // A word that stands before the one under the cursor.
    private void Pass(string word)
    {
        if (AwaitsAsValue(word) is { } option)
        {
            _given[option] = word;
            _awaitsValue = option.AllowMultipleArgumentsPerToken ? option : null;
        }
        else if (!_optionsEnded && word == EndOfOptions)
        {
            _optionsEnded = true;
        }
        else if (!_optionsEnded && word is ['-', _, ..])
        {
            string[] parts = word.Split('=', 2);
            var named = Find(parts[0]);
            _awaitsValue = named is not null && parts.Length == 1 && TakesValue(named) ? named : null;
            if (named is not null)
            {
                _given[named] = parts.ElementAtOrDefault(1);
            }
        }
        else if (Subcommands.FirstOrDefault(c => c.Name == word || c.Aliases.Contains(word)) is { } command)
        {
            _commands.Add(command);
        }
        else
        {
            _arguments++;
        }
    }

    private IEnumerable<CompletionItem> At(string word)
    {
        if (AwaitsAsValue(word) is { } option)
        {
            return ValuesOf(option.CompletionSources, IsList(option.HelpName), "", word);
        }

        if (!_optionsEnded && word.StartsWith('-'))
        {
            return word.Split('=', 2) is [var name, var value] && Find(name) is { } named && TakesValue(named)
                ? ValuesOf(named.CompletionSources, IsList(named.HelpName), $"{name}=", value)
                : OptionsAt(word);
        }

        var argument = Command.Arguments.ElementAtOrDefault(_arguments);
        List<CompletionItem> items =
        [
            .. Subcommands.Where(c => !c.Hidden && Begins(c.Name, word)).Select(c => new CompletionItem(c.Name, detail: c.Description)),
            .. argument is null ? [] : ValuesOf(argument.CompletionSources, IsList(argument.Name), "", word),
        ];
        return items.Count == 0 && word.Length == 0 && !_optionsEnded ? OptionsAt(word) : items;
    }

    private IEnumerable<CompletionItem> OptionsAt(string word) => Options
        .Where(o => Begins(o.Name, word) && (o.AllowMultipleArgumentsPerToken || o.Arity.MaximumNumberOfValues > 1 || !_given.ContainsKey(o)))
        .Select(o => new CompletionItem(o.Name, detail: o.Description));

    // Values are offered as whole words: behind "--network=", or behind the names of a list that are there already.
    private IEnumerable<CompletionItem> ValuesOf(
        IEnumerable<Func<CompletionContext, IEnumerable<CompletionItem>>> sources,
        bool isList,
        string before,
        string value
    )
    {
        int start = isList ? StartOfLast(value) : 0;
        string[] there = value[..start].Split(',');
        foreach (var item in sources.SelectMany(source => source(CompletionContext.Empty)).SelectMany(InRecord))
        {
            if (item.Kind is Offers.FileKind or Offers.DirectoryKind)
            {
                yield return item;
            }
            else if (Begins(item.Label, value[start..]) && !there.Contains(item.Label))
            {
                yield return new(before + value[..start] + item.Label, detail: item.Detail);
            }
        }
    }

    // What only the record of the command line's workspace knows.
    private IReadOnlyList<CompletionItem> InRecord(CompletionItem item)
    {
        string workspace = Given("--workspace") ?? CommonOptions.DefaultWorkspace;
        return item.Kind switch
        {
            Offers.JobKind => Offers.JobsIn(workspace, item.Label),
            Offers.StepKind => Offers.StepsIn(workspace),
            Offers.NetworkKind => Offers.NetworksOf(workspace, Given("--from")),
            _ => [item],
        };
    }

    private string? Given(string option) => _given.FirstOrDefault(g => g.Key.Name == option).Value;

    // Where the last name of a list starts. Commas within parentheses, conv-stack(w=2,k=3), part none.
    private static int StartOfLast(string list)
    {
        int start = 0, depth = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] switch { '(' => 1, ')' => -1, _ => 0 };
            start = list[i] == ',' && depth <= 0 ? i + 1 : start;
        }

        return start;
    }

    private Option? Find(string name) => Options.FirstOrDefault(o => o.Name == name || o.Aliases.Contains(name));

    private static bool TakesValue(Option option) => option.Arity.MinimumNumberOfValues > 0;

    private static bool IsList(string? name) => name == "LIST";

    private static bool Begins(string text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);
}
