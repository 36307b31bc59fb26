using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Graft.Runtime;

namespace Graft.Jobs.Tables;

/// <summary>Tables as files of comma-separated values (RFC 4180, UTF-8, numbers that read back to the same bits), with a data dictionary.</summary>
public static class CsvFolder
{
    /// <summary>The name of the data dictionary: a row for each column of each table.</summary>
    public const string Dictionary = "dictionary";

    // Lines end with CR LF by default; where that is set by hand, fields that hold one of the two alone are not quoted.
    private static readonly CsvConfiguration Rfc4180 = new(CultureInfo.InvariantCulture);

    /// <summary>Writes <c>NAME.csv</c> for each table, and <c>dictionary.csv</c>.</summary>
    /// <param name="directory">Where to; it is made where it is missing. Files of these names are replaced.</param>
    /// <param name="tables">The tables.</param>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Write(string directory, IReadOnlyList<ResultTable> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        StorageErrors.Guard(directory, () => Directory.CreateDirectory(directory));
        return [.. tables.Append(DictionaryOf(tables)).Select(table => Write(Path.Combine(directory, $"{table.Name}.csv"), table))];
    }

    private static string Write(string path, ResultTable table)
    {
        AtomicFile.Write(path, stream =>
        {
            using var writer = new CsvWriter(new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true), Rfc4180);
            WriteRow(writer, table.Columns.Select(c => c.Name));
            foreach (var row in table.Rows)
            {
                WriteRow(writer, row.Select(Text));
            }
        });
        return path;
    }

    private static void WriteRow(CsvWriter writer, IEnumerable<string> fields)
    {
        foreach (string field in fields)
        {
            writer.WriteField(field);
        }

        writer.NextRecord();
    }

    private static ResultTable DictionaryOf(IEnumerable<ResultTable> tables) => ResultTable.Of(
        Dictionary,
        "a column of a table",
        tables.SelectMany(table => table.Columns, (table, column) => (Table: table, Column: column)),
        new("table", "", "The table, NAME.csv.", x => x.Table.Name),
        new("row", "", "What a row of the table is.", x => x.Table.Row),
        new("column", "", "The column.", x => x.Column.Name),
        new("unit", "", "The unit of its values; empty for names and plain counts.", x => x.Column.Unit),
        new("meaning", "", "What its values are. A value that is not there is an empty field.", x => x.Column.Meaning));

    private static string Text(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        double number when !double.IsFinite(number) => double.IsNaN(number) ? "NaN" : number > 0 ? "Inf" : "-Inf", // as R and pandas read them
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        Enum name => name.ToString().ToLowerInvariant(),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        var text => text.ToString()!,
    };
}
