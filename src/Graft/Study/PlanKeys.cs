using System.Reflection;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization.NamingConventions;

namespace Graft.Study;

/// <summary>Finds keys of a plan that mean nothing.</summary>
internal static class PlanKeys
{
    /// <summary>One sentence for each unknown key of a section and its subsections: its line, its path, and the nearest key that is known.</summary>
    public static IEnumerable<string> Unknown(YamlMappingNode section, Type type, string path)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite)
            .ToDictionary(p => CamelCaseNamingConvention.Instance.Apply(p.Name), p => p.PropertyType);
        foreach (var (node, value) in section.Children)
        {
            string key = node.ToString();
            if (!properties.TryGetValue(key, out var propertyType))
            {
                yield return $"{node.Start.Line}: unknown key '{path}{key}'.{NearestName.Hint(key, properties.Keys)}";
            }
            else if (value is YamlMappingNode subsection)
            {
                foreach (string fault in Unknown(subsection, propertyType, $"{path}{key}."))
                {
                    yield return fault;
                }
            }
        }
    }
}
