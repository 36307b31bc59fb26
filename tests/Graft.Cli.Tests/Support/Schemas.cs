using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Json.Schema;

namespace Graft.Cli.Tests.Support;

/// <summary>
/// The schemas of the JSON documents that the program writes: published in docs/schemas, made from the types that are written, and held against what is.
/// </summary>
internal static class Schemas
{
    /// <summary>The documents by the name of their schema, which ends with its version: a change that breaks readers is a new one.</summary>
    public static IReadOnlyDictionary<string, Type> All { get; } = new Dictionary<string, Type>
    {
        ["study-1"] = typeof(StudyResult),
        ["acceleration-1"] = typeof(AccelerationResult),
    };

    /// <summary>The schema as the types of this program have it.</summary>
    public static string Of(string name)
    {
        var written = new JsonSerializerOptions(Terminal.Json) { NumberHandling = JsonNumberHandling.Strict };
        written.MakeReadOnly(populateMissingResolver: true); // which the program's options have once something was written
        var node = written.GetJsonSchemaAsNode(All[name], new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform }).AsObject();
        node.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        node.Insert(1, "title", $"graft {name}");
        return node.ToJsonString(new() { WriteIndented = true }) + "\n";
    }

    /// <summary>The published schema, beside the tests.</summary>
    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Schemas", $"{name}.schema.json");

    /// <summary>Holds a document against the published schema.</summary>
    public static void Check(string name, string json)
    {
        using var document = JsonDocument.Parse(json);
        var result = JsonSchema.FromText(File.ReadAllText(PathOf(name))).Evaluate(document.RootElement, new() { OutputFormat = OutputFormat.List });
        var faults = result.Details!.Where(d => d.Errors is not null).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}"));
        Assert.True(result.IsValid, string.Join('\n', faults));
    }

    // What converters write, the exporter cannot know: numbers that are not finite are null, and a place is a number or a run such as "3-5".
    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        JsonArray? types =
            type == typeof(double) ? ["number", "null"]
            : type == typeof(Place) ? ["integer", "string"]
            : null;
        return types is null ? schema : new JsonObject { ["type"] = types };
    }
}
