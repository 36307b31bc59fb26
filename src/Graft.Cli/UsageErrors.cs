using System.CommandLine;
using System.CommandLine.Parsing;

namespace Graft.Cli;

/// <summary>What is wrong with a command line, in the words of its user.</summary>
internal static class UsageErrors
{
    /// <summary>One line for a command line that has errors: what is wrong, and where to read more.</summary>
    public static string Describe(ParseResult parsed)
    {
        string path = PathOf(parsed.CommandResult);
        return $"{string.Join(" ", Faults(parsed, path).Distinct())} See '{path} --help'.";
    }

    /// <summary>An option that the command lacks, taken for what it works on; null for none.</summary>
    public static string? OptionAsArgument(ParseResult parsed) => parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash)
        ? null
        : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value)
            .FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal));

    /// <summary>An option in whose place as a value another option of the command stands, with that; null for none.</summary>
    public static (string Option, string Value)? OptionAsValue(ParseResult parsed)
    {
        var options = OptionsOf(parsed.CommandResult);
        return parsed.CommandResult.Children.OfType<OptionResult>()
            .SelectMany(o => o.Tokens, (o, token) => (o.Option.Name, token.Value))
            .Where(o => options.Contains(o.Value))
            .Select(o => ((string, string)?)o)
            .FirstOrDefault();
    }

    /// <summary>A word in the place of a command that is none, and no identifier either; null for none.</summary>
    public static string? NoCommand(ParseResult parsed) => parsed.CommandResult.Command.Subcommands.Count == 0
        ? null
        : parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-'))
            ?? parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value)
                .FirstOrDefault(word => !word.StartsWith('-') && !word.All(char.IsAsciiHexDigitLower));

    private static readonly string[] PlanEndings = [".yaml", ".yml"];

    private static IEnumerable<string> Faults(ParseResult parsed, string path)
    {
        var command = parsed.CommandResult.Command;
        var commands = command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).ToList();
        if (OptionAsValue(parsed) is var (valueless, other))
        {
            return [$"{valueless} needs a value, and '{other}' is an option."];
        }

        string? unknown = OptionAsArgument(parsed) ?? parsed.UnmatchedTokens.FirstOrDefault() ?? NoCommand(parsed);
        if (unknown is not null) // those that follow are mostly its values
        {
            string fault = Unknown(unknown, commands, OptionsOf(parsed.CommandResult), path, takesIdentifier: command.Arguments.Count > 0);
            return [fault + CommasOf(parsed, unknown) + StandsAlone(command, unknown, path)];
        }

        if (commands.Count > 0)
        {
            return [$"'{path}' needs a command: {string.Join(", ", commands)}."];
        }

        return parsed.Errors.Select(error => error.SymbolResult switch
        {
            OptionResult option => Value(option),
            ArgumentResult { Parent: OptionResult option } => Value(option),
            CommandResult or ArgumentResult when Missing(parsed, command) is [_, ..] missing => $"'{path}' needs {string.Join(" and ", missing)}.",
            _ => error.Message,
        });
    }

    // A command that has commands takes a word of its own only where that is an identifier.
    private static string Unknown(string token, List<string> commands, List<string> options, string path, bool takesIdentifier) => token switch
    {
        ['-', ..] => $"'{path}' has no option '{token}'.{(NearestName.Of(token, options) is { } nearest ? $" Did you mean '{nearest}'?" : "")}",
        _ when commands.Count > 0 && takesIdentifier && NearestName.Of(token, commands) is null =>
            $"'{path}' has no command '{token}', and nothing that was run has that identifier.{NearestName.Hint(token, commands)}",
        _ when commands.Count > 0 => $"'{path}' has no command '{token}'.{NearestName.Hint(token, commands)}",
        _ when options.Contains("--plan") && PlanEndings.Any(e => token.EndsWith(e, StringComparison.OrdinalIgnoreCase)) =>
            $"'{token}' is one word too many for '{path}'. For a plan: --plan {token}.",
        _ => $"'{token}' is one word too many for '{path}'.",
    };

    // "--positions 2 5": the names of a list are one word.
    private static string CommasOf(ParseResult parsed, string unknown)
    {
        string[] words = [.. parsed.Tokens.Select(t => t.Value).TakeWhile(word => word != unknown)];
        return words is [.., var name, var last]
            && parsed.CommandResult.Children.OfType<OptionResult>().Any(o => o.IdentifierToken?.Value == name && o.Option.HelpName == "LIST")
            ? $" If it belongs to {name}, put a comma between: {name} {last},{unknown}."
            : "";
    }

    // "graft catalog network --network X": what a command works on has no option before it.
    private static string StandsAlone(Command command, string unknown, string path) =>
        command.Arguments is [var only] && unknown.StartsWith("--", StringComparison.Ordinal)
            && path.Split(' ').Append(only.Name).Contains(unknown[2..], StringComparer.OrdinalIgnoreCase)
            ? $" It stands alone: '{path} {only.Name}'."
            : "";

    private static string Value(OptionResult option) => option switch
    {
        { IdentifierTokenCount: > 1 } => Invariant($"{option.Option.Name} is given {option.IdentifierTokenCount} times; give it once."),
        { Tokens: [var token, ..] } => $"{option.Option.Name} is '{token.Value}'; it must be {Form(option.Option.ValueType)}.",
        _ => $"{option.Option.Name} needs a value.",
    };

    private static string Form(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(int) => "a whole number of at most 9 digits",
        var t when t == typeof(double) => "a number with a decimal point, like 0.5",
        var t when t == typeof(bool) => "true or false",
        _ => "one value",
    };

    private static List<string> Missing(ParseResult parsed, Command command) =>
        [.. command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is not { Tokens.Count: > 0 }).Select(a => a.Name)];

    private static List<string> OptionsOf(CommandResult result) =>
        [.. result.Command.Options.Concat(Parents(result).SelectMany(p => p.Command.Options.Where(o => o.Recursive))).Select(o => o.Name)];

    // The root command bears the name of the program's file, which is not always 'graft'.
    /// <summary>The command with those that it is in: <c>graft show study</c>.</summary>
    public static string PathOf(CommandResult result) =>
        string.Join(" ", Parents(result).Prepend(result).SkipLast(1).Reverse().Select(r => r.Command.Name).Prepend("graft"));

    /// <summary>The commands that a command is in, the innermost first.</summary>
    public static IEnumerable<CommandResult> Parents(CommandResult result)
    {
        for (var parent = result.Parent as CommandResult; parent is not null; parent = parent.Parent as CommandResult)
        {
            yield return parent;
        }
    }
}
