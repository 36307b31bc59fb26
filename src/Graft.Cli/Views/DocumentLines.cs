using System.Text.Json;
using Graft.Runtime;

namespace Graft.Cli.Views;

/// <summary>A JSON document for people: a line for each value, under the names that lead to it.</summary>
internal static class DocumentLines
{
    private const int MostValues = 12; // of a list; beyond, their number says more

    /// <summary>Writes a document under a title.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="title">What it is.</param>
    /// <param name="json">The document, an object; null where there is none.</param>
    public static void Write(Terminal terminal, string title, string? json)
    {
        if (json is null)
        {
            return;
        }

        using var document = JsonDocument.Parse(json);
        var lines = Values("", document.RootElement).ToList();
        int width = lines.Max(line => line.Name.Length);
        terminal.WriteLine($"  {title}");
        lines.ForEach(line => terminal.WriteLine($"    {line.Name.PadRight(width)}  {line.Value}"));
    }

    private static IEnumerable<(string Name, string Value)> Values(string name, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when element.EnumerateObject().Any() =>
            element.EnumerateObject().SelectMany(property => Values(name.Length == 0 ? property.Name : $"{name}.{property.Name}", property.Value)),
        JsonValueKind.Array => [(name, List([.. element.EnumerateArray()]))],
        JsonValueKind.Null => [(name, "–")],
        _ => [(name, Value(element))],
    };

    private static string Value(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string List(List<JsonElement> values) => values.Count == 0 ? "–"
        : values.Count > MostValues || values.Exists(v => v.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            ? Invariant($"{Plural.Of(values.Count, "entry", "entries")}; --json has them")
            : string.Join(", ", values.Select(Value));
}
