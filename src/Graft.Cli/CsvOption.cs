using System.CommandLine;
using Graft.Cli.Completion;
using Graft.Cli.Views;
using Graft.Jobs.Tables;

namespace Graft.Cli;

/// <summary>The option that writes what a command shows as tables.</summary>
internal sealed class CsvOption
{
    private readonly Option<string?> _directory = new("--csv")
    {
        Description = "Write the results as tables (CSV) into a directory.",
        HelpName = "DIR",
        CompletionSources = { Offers.Directories },
    };

    /// <summary>The option.</summary>
    public Option Option => _directory;

    /// <summary>Where to; null if tables were not asked for.</summary>
    /// <exception cref="ConfigurationException">It is a file, or nothing can be written there.</exception>
    public string? Read(ParseResult parsed)
    {
        string? directory = parsed.GetValue(_directory);
        if (File.Exists(directory))
        {
            throw new ConfigurationException($"{_directory.Name} is '{directory}', a file; name a directory.");
        }

        if (directory is not null)
        {
            OutputFile.RequireDirectory(_directory.Name, directory);
        }

        return directory;
    }

    /// <summary>Writes the tables and says which files there are now, and what is next.</summary>
    /// <param name="terminal">Where it is said.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="directory">Where to.</param>
    /// <param name="json">Whether the files are told as a JSON document.</param>
    /// <param name="next">What is next, after two blanks.</param>
    /// <param name="subject">What the tables are, said before they are written; null for nothing.</param>
    /// <exception cref="ConfigurationException">The directory holds other tables; nothing is said or written then.</exception>
    public static void Write(
        Terminal terminal, IReadOnlyList<ResultTable> tables, string directory, bool json, string next = "", string? subject = null)
    {
        string? foreign = Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*.csv").Select(Path.GetFileName).Order(StringComparer.Ordinal)
                .FirstOrDefault(file => file != $"{CsvFolder.Dictionary}.csv" && !tables.Any(t => file == $"{t.Name}.csv"))
            : null;
        if (foreign is not null)
        {
            throw new ConfigurationException($"{directory} holds tables of something else ('{foreign}'); name another directory.");
        }

        if (subject is not null)
        {
            terminal.WriteProgress(subject);
        }

        bool isReplaced = File.Exists(Path.Combine(directory, $"{CsvFolder.Dictionary}.csv"));
        var files = CsvFolder.Write(directory, tables);
        if (json)
        {
            terminal.WriteJson(files);
            return;
        }

        var written = new WideTable(1, "file", ">rows", "~a row is");
        files.Zip(tables).ToList().ForEach(x => written.AddRow(x.First, Format.Count(x.Second.Rows.Count), x.Second.Row));
        written.Write(terminal);
        terminal.WriteLine($"{files[^1]} says what each column means, and its unit.{(isReplaced ? " The tables that were there are replaced." : "")}{next}");
    }
}
