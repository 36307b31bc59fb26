using System.Globalization;
using System.Reflection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization.NamingConventions;

namespace Graft.Study;

/// <summary>Puts the values of a YAML document into records. Values that are not written stay as they are, and all faults are found at once.</summary>
internal sealed class PlanReader
{
    private readonly NullabilityInfoContext _nullability = new();
    private readonly List<string> _faults = [];

    /// <summary>What is wrong, one sentence each, beginning with the line: unknown keys with the nearest known one, values of the wrong kind.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Sets the properties of a section and of the sections in it, each of which must be an object of its own.</summary>
    public void Read(YamlMappingNode node, object section, string path = "")
    {
        var properties = section.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite)
            .ToDictionary(p => CamelCaseNamingConvention.Instance.Apply(p.Name));
        foreach (var (key, value) in node.Children)
        {
            string name = path + key;
            if (!properties.TryGetValue($"{key}", out var property))
            {
                Fault(key, $"unknown key '{name}'.{NearestName.Hint($"{key}", properties.Keys)}");
            }
            else if (property.PropertyType.Namespace!.StartsWith(nameof(Graft), StringComparison.Ordinal))
            {
                ReadSection(value, property.GetValue(section)!, name);
            }
            else if (IsNothing(value))
            {
                SetToNothing(value, section, property, name);
            }
            else if (ReadValue(value, property.PropertyType, name) is { } read)
            {
                property.SetValue(section, read);
            }
        }
    }

    private void ReadSection(YamlNode node, object section, string name)
    {
        if (node is YamlMappingNode mapping)
        {
            Read(mapping, section, name + ".");
        }
        else
        {
            Fault(node, $"{name} is a section: keys and values are expected below it.");
        }
    }

    private void SetToNothing(YamlNode node, object section, PropertyInfo property, string name)
    {
        if (_nullability.Create(property).WriteState == NullabilityState.Nullable)
        {
            property.SetValue(section, null);
        }
        else
        {
            Fault(node, $"{name} has no value.");
        }
    }

    // Null where there is a fault.
    private object? ReadValue(YamlNode node, Type type, string name)
    {
        if (type == typeof(IReadOnlyList<string>))
        {
            return ReadList(node, name);
        }

        if (type == typeof(IReadOnlyList<int>))
        {
            var numbers = ReadList(node, name)?.Select(text => ReadScalar(node, text, typeof(int), name)).ToList();
            return numbers is null || numbers.Contains(null) ? null : numbers.Cast<int>().ToList();
        }

        return node is YamlScalarNode { Value: { } text }
            ? ReadScalar(node, text, type, name)
            : Fault(node, $"{name} is a single value, not a list or a section.");
    }

    // Lists as people write them: [25, 50], 25 or all.
    private List<string>? ReadList(YamlNode node, string name)
    {
        switch (node)
        {
            case YamlScalarNode single:
                return [single.Value!];
            case YamlSequenceNode sequence when sequence.Children.All(item => item is YamlScalarNode && !IsNothing(item)):
                return [.. sequence.Children.Select(item => $"{item}")];
            default:
                Fault(node, $"{name} is a list, like [1, 2].");
                return null;
        }
    }

    private object? ReadScalar(YamlNode node, string text, Type type, string name)
    {
        if (type == typeof(string))
        {
            return text;
        }

        if (type == typeof(int))
        {
            return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int whole) ? whole : Wrong("a whole number");
        }

        if (type == typeof(double))
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : Wrong("a number");
        }

        return bool.TryParse(text, out bool flag) ? flag : Wrong("true or false");

        object? Wrong(string expected) => Fault(node, $"'{text}' is not a value of {name}: {expected} is expected.");
    }

    private object? Fault(YamlNode node, string fault)
    {
        _faults.Add($"{node.Start.Line}: {fault}");
        return null;
    }

    private static bool IsNothing(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };
}
