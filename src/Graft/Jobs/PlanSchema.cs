using System.Globalization;
using System.Reflection;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization.NamingConventions;

namespace Graft.Jobs;

/// <summary>Holds a YAML document against the records that it is read into: unknown keys, sections that are none, values of another kind.</summary>
internal static class PlanSchema
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>All faults, each with its line: 3, <c>unknown key 'seed'. Did you mean 'seeds'?</c></summary>
    /// <param name="section">The document or a section of it.</param>
    /// <param name="type">The record that it becomes.</param>
    /// <param name="path">The keys that lead to the section, each followed by a dot.</param>
    public static IEnumerable<(long Line, string Fault)> Faults(YamlMappingNode section, Type type, string path = "")
    {
        var properties = KeysOf(type);
        foreach (var (node, value) in section.Children)
        {
            string key = node.ToString();
            if (!properties.TryGetValue(key, out var property))
            {
                yield return (node.Start.Line, $"unknown key '{path}{key}'.{NearestName.Hint(key, properties.Keys)}");
            }
            else if (value is YamlMappingNode subsection && IsSection(property.PropertyType))
            {
                foreach (var fault in Faults(subsection, property.PropertyType, $"{path}{key}."))
                {
                    yield return fault;
                }
            }
            else if (!Fits(value, property))
            {
                yield return (value.Start.Line, $"{path}{key} is {Found(value)}; it must be {Expected(property.PropertyType)}.");
            }
        }
    }

    /// <summary>Whether a record has all keys of a document, those of its sections aside.</summary>
    public static bool KnowsAll(YamlMappingNode document, Type type) => document.Children.Keys.All(key => KeysOf(type).ContainsKey(key.ToString()));

    /// <summary>All keys of a record and its sections: <c>epochs</c>, <c>teacher.recipe.learningRate</c>.</summary>
    /// <param name="type">The record.</param>
    /// <param name="path">The keys that lead to it, each followed by a dot.</param>
    public static IEnumerable<(string Key, Type Type)> AllKeys(Type type, string path = "") => KeysOf(type).SelectMany(property =>
        IsSection(property.Value.PropertyType) && ItemType(property.Value.PropertyType) is null
            ? AllKeys(property.Value.PropertyType, $"{path}{property.Key}.")
            : [($"{path}{property.Key}", property.Value.PropertyType)]);

    private static Dictionary<string, PropertyInfo> KeysOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.CanWrite)
        .ToDictionary(p => CamelCaseNamingConvention.Instance.Apply(p.Name));

    private static bool IsSection(Type type) => type.IsClass && type != typeof(string);

    private static bool Fits(YamlNode value, PropertyInfo property) => value switch
    {
        YamlScalarNode scalar when IsEmpty(scalar) => IsNullable(property),
        YamlScalarNode { Value: { } text } => Parses(text, ItemType(property.PropertyType) ?? property.PropertyType),
        YamlSequenceNode list => ItemType(property.PropertyType) is { } item
            && list.All(node => node is YamlScalarNode { Value: { } text } scalar && !IsEmpty(scalar) && Parses(text, item)),
        _ => false,
    };

    // An empty value, '~' and 'null' are the same in YAML; in quotes they are text.
    private static bool IsEmpty(YamlScalarNode scalar) =>
        scalar is { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    /// <summary>Whether a property of a plan may be null.</summary>
    public static bool IsNullable(PropertyInfo property)
    {
        lock (Nullability)
        {
            return Nullability.Create(property).WriteState == NullabilityState.Nullable;
        }
    }

    private static bool Parses(string text, Type type) =>
        type == typeof(string)
        || (type == typeof(int) && IsWhole(text) && int.TryParse(text, CultureInfo.InvariantCulture, out _))
        || (type == typeof(double) && (IsDecimal(text) || text is ".nan" or ".inf" or "-.inf"))
        || (type == typeof(bool) && bool.TryParse(text, out _))
        || (Nullable.GetUnderlyingType(type) is { } value && Parses(text, value))
        || (type == typeof(long) && IsWhole(text) && long.TryParse(text, CultureInfo.InvariantCulture, out _));

    // As digits: what .NET writes for others, NaN and Infinity, is none of YAML's.
    private static bool IsDecimal(string text) =>
        text.Any(char.IsAsciiDigit) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // Without blanks, and without a 0 before other digits, which in YAML makes the number octal.
    private static bool IsWhole(string text) => text.TrimStart('-', '+') is "0" or [>= '1' and <= '9', ..];

    /// <summary>What a list holds, where the type is one of those that plans have.</summary>
    public static Type? ItemType(Type type) =>
        type == typeof(IReadOnlyList<int>) ? typeof(int)
        : type == typeof(IReadOnlyList<double>) ? typeof(double)
        : type == typeof(IReadOnlyList<string>) ? typeof(string) : null;

    private static string Found(YamlNode value) => value switch
    {
        YamlScalarNode scalar => IsEmpty(scalar) ? "empty" : $"'{scalar.Value}'",
        YamlSequenceNode list when list.All(node => node is YamlScalarNode) => $"[{string.Join(", ", list.Select(node => node.ToString()))}]",
        YamlSequenceNode => "a list of lists or sections",
        _ => "a section of keys",
    };

    /// <summary>What the value of a property of that type is, in words.</summary>
    public static string Expected(Type type) => type switch
    {
        _ when type == typeof(string) => "a text",
        _ when Nullable.GetUnderlyingType(type) is { } value => $"{Expected(value)}, or nothing",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(bool) => "true or false",
        _ when ItemType(type) == typeof(int) => "a whole number or a list of them",
        _ when ItemType(type) == typeof(double) => "a number or a list of them",
        _ when ItemType(type) == typeof(string) => "a name or a list of them",
        _ => "a section of keys",
    };
}
