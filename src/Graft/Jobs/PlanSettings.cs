using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Graft.Jobs;

/// <summary>Values for keys of a plan, as a command line gives them: <c>distillation.minSteps=100</c>, <c>epochs=[4, 8]</c>.</summary>
internal sealed class PlanSettings
{
    private readonly IReadOnlyList<(string Text, YamlMappingNode Section)> _settings;

    private PlanSettings(IReadOnlyList<(string Text, YamlMappingNode Section)> settings, YamlMappingNode section) =>
        (_settings, Section) = (settings, section);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _settings.Count == 0;

    /// <summary>All settings as a plan's text would have them, later ones over earlier ones.</summary>
    public YamlMappingNode Section { get; }

    /// <summary>The keys that have a value, with those of their sections before them: <c>distillation.minSteps</c>.</summary>
    public IEnumerable<string> Keys => KeysOf(Section, "");

    /// <summary>Reads settings.</summary>
    /// <param name="texts">Each a key, an equals sign and a value as YAML has it; nothing for null.</param>
    /// <exception cref="ConfigurationException">Some are none.</exception>
    public static PlanSettings Parse(IReadOnlyList<string> texts)
    {
        var (settings, all, faults) = (new List<(string, YamlMappingNode)>(), new YamlMappingNode(), new List<string>());
        foreach (string text in texts)
        {
            if (text.Split('=', 2) is not [var path, var value]
                || path.Split('.', StringSplitOptions.TrimEntries) is not { } keys
                || keys.Contains(""))
            {
                faults.Add($"'{text}' is no setting of a plan: write a key and its value, like distillation.minSteps=100.");
                continue;
            }

            try
            {
                settings.Add((text, SectionOf(keys, value)));
                PlanFile.Overlay(all, SectionOf(keys, value)); // nodes of its own: what comes later is laid over them
            }
            catch (YamlException)
            {
                faults.Add($"'{text}': the value is not YAML. Put quotes around it where it is a text.");
            }
        }

        PlanFaults.Throw(faults);
        return new(settings, all);
    }

    /// <summary>What no plan of a kind can have, one sentence for each setting.</summary>
    /// <param name="plan">The kind of plan.</param>
    public IEnumerable<string> Faults(Type plan) =>
        _settings.SelectMany(setting => PlanSchema.Faults(setting.Section, plan).Select(fault => $"'{setting.Text}': {fault.Fault}"));

    /// <summary>Whether a key has a value, itself or by one of its sections.</summary>
    public bool Has(params ReadOnlySpan<string> path) => PlanFile.Names(Section, path);

    private static YamlMappingNode SectionOf(string[] keys, string value) =>
        (YamlMappingNode)keys.Reverse().Aggregate(ValueOf(value), (inner, key) => new YamlMappingNode(new YamlScalarNode(key), inner));

    // What YAML takes for a comment is a text here.
    private static YamlNode ValueOf(string text)
    {
        if (text.Trim().Length == 0)
        {
            return new YamlScalarNode("null") { Style = ScalarStyle.Plain };
        }

        return PlanFile.Documents(text) is [{ RootNode: var root }, ..] ? root : new YamlScalarNode(text.Trim()) { Style = ScalarStyle.SingleQuoted };
    }

    private static IEnumerable<string> KeysOf(YamlMappingNode section, string path) => section.Children.SelectMany(child =>
        child.Value is YamlMappingNode { Children.Count: > 0 } inner ? KeysOf(inner, $"{path}{child.Key}.") : [$"{path}{child.Key}"]);
}
