using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace Graft.Cli;

/// <summary>
/// Where a command writes: results to the output, progress and errors to the error output. Nothing is coloured or redrawn where it is redirected.
/// </summary>
internal sealed partial class Terminal
{
    /// <summary>How JSON documents are written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new FiniteNumberConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // Tables for files are not squeezed into the 80 columns of a terminal that is not there.
    private const int WidthOfFiles = 160, LeastWidth = 40, MostWidth = 1000;

    private readonly bool _breaksLines;

    public Terminal(TextWriter output, TextWriter error)
    {
        Output = output;
        bool redirected = !ReferenceEquals(output, System.Console.Out) || System.Console.IsOutputRedirected;
        _breaksLines = !redirected || GivenWidth is not null;
        Out = Console(redirected ? new TrimmingWriter(output) : output, redirected);
        IsInteractive = ReferenceEquals(error, System.Console.Error) && !System.Console.IsErrorRedirected;
        Error = Console(error, !IsInteractive);
    }

    /// <summary>The output itself.</summary>
    public TextWriter Output { get; }

    /// <summary>The output, for tables.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>The error output.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Whether a person watches the error output, so that progress can be drawn.</summary>
    public bool IsInteractive { get; }

    /// <summary>Writes one JSON document.</summary>
    public void WriteJson<T>(T value) => Output.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>Writes a line of the result. What does not fit goes on below, as far to the right as the line begins, or what follows its label.</summary>
    public void WriteLine(string line = "")
    {
        if (!_breaksLines || line.Length <= Out.Profile.Width)
        {
            Output.WriteLine(line);
            return;
        }

        int start = Indent.Match(line).Length;
        start = start <= Out.Profile.Width / 2 ? start : 0;
        var label = new GridColumn { Width = start, Padding = new(0), NoWrap = true };
        Out.Write(new Grid().AddColumn(label).AddColumn(new() { Padding = new(0) }).AddRow(new Text(line[..start]), new Text(line[start..])));
    }

    /// <summary>Writes a remark on the result; nothing where there is none.</summary>
    public void WriteNote(string? remark)
    {
        if (remark is not null)
        {
            WriteLine(Note(remark));
        }
    }

    /// <summary>Writes a line of progress.</summary>
    public void WriteProgress(string line) => Error.Profile.Out.Writer.WriteLine(line);

    /// <summary>Writes a remark on what is done, beside its progress; nothing where there is none.</summary>
    public void WriteProgressNote(string? remark)
    {
        if (remark is not null)
        {
            WriteProgress(Note(remark));
        }
    }

    /// <summary>A remark as it is written.</summary>
    public static string Note(string remark) => $"note: {remark}";

    /// <summary>Writes an error.</summary>
    public void WriteError(string message) => Error.Profile.Out.Writer.WriteLine($"error: {message}");

    // The blanks that a line begins with; also the label after them where two or more blanks part it from the rest.
    [GeneratedRegex(@"^ +(?:\S+(?: \S+)* {2,})?")]
    private static partial Regex Indent { get; }

    // As shells and other programs have it: for whoever reads what was redirected.
    private static int? GivenWidth =>
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns)
            ? Math.Clamp(columns, LeastWidth, MostWidth)
            : null;

    private static IAnsiConsole Console(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = GivenWidth ?? WidthOfFiles;
        }

        return console;
    }
}
