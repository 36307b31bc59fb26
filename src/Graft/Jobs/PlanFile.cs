using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Graft.Operations;
using Graft.Runtime;
using Graft.Training;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Graft.Jobs;

/// <summary>Plans as YAML. Keys that are left out keep their defaults.</summary>
internal static class PlanFile
{
    private const string ZipStart = "PK\u0003\u0004";

    /// <summary>Reads a plan.</summary>
    /// <exception cref="ConfigurationException">The file is missing, is not YAML, or has unknown keys or values of the wrong kind.</exception>
    public static StudyPlan Load(string path) => Read<StudyPlan>(ReadText(path), path);

    /// <summary>Reads a training recipe: what stands under <c>teacher.recipe</c> or <c>trial</c> of a plan.</summary>
    /// <exception cref="ConfigurationException">As for <see cref="Load"/>.</exception>
    public static TrainingRecipe LoadRecipe(string path) => Read<TrainingRecipe>(ReadText(path), path);

    /// <summary>Reads a plan from its text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="source">Its file or name, for messages.</param>
    /// <exception cref="ConfigurationException">The text is not YAML, or has unknown keys or values of the wrong kind.</exception>
    public static StudyPlan Parse(string yaml, string source) => Read<StudyPlan>(yaml, source);

    /// <summary>Writes a plan with all its values, but for the training of a teacher that is imported.</summary>
    public static string ToYaml(StudyPlan plan) => Write(plan, plan.Network, plan.Teacher);

    /// <summary>The same for any plan that has a teacher. What is left out decides nothing, identifiers included: reading gives it the defaults.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="network">Its network.</param>
    /// <param name="teacher">Its teacher.</param>
    /// <param name="keepsRecipe">Whether something else is trained by the recipe of a teacher that is imported.</param>
    internal static string Write<TPlan>(TPlan plan, string network, TeacherPlan teacher, bool keepsRecipe = false)
        where TPlan : new()
    {
        string text = Write(plan);
        if (!teacher.IsImported(network))
        {
            return text;
        }

        var documents = Documents(text);
        var section = (YamlMappingNode)((YamlMappingNode)documents[0].RootNode).Children["teacher"];
        section.Children.Remove("epochs");
        if (!keepsRecipe)
        {
            section.Children.Remove("recipe");
        }

        return TextOf(documents);
    }

    /// <summary>
    /// Twelve hexadecimal digits of a hash of a plan's values. Values that are null by choice are no part of it: plans from before their keys keep their
    /// identifiers.
    /// </summary>
    internal static string IdOf<TValue>(TValue plan) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Serialize(plan))))[..12];

    /// <summary>A plan with all its values, so that reading gives it back: what is null but not by default is there, as null.</summary>
    internal static string Write<TValue>(TValue value)
        where TValue : new()
    {
        string text = Serialize(value);
        var (written, whole) = (Documents(text), Documents(Serialize(new TValue())));
        if (!AddEmpty((YamlMappingNode)written[0].RootNode, (YamlMappingNode)whole[0].RootNode))
        {
            return text;
        }

        return TextOf(written);
    }

    private static string TextOf(IList<YamlDocument> documents)
    {
        var writer = new StringWriter();
        new YamlStream(documents).Save(writer, assignAnchors: false);
        return writer.ToString().Replace("\n...", "", StringComparison.Ordinal);
    }

    private static bool AddEmpty(YamlMappingNode section, YamlMappingNode defaults)
    {
        bool added = false;
        foreach (var (key, value) in defaults.Children)
        {
            if (!section.Children.TryGetValue(key, out var own))
            {
                section.Add(key, new YamlScalarNode("null") { Style = ScalarStyle.Plain });
                added = true;
            }
            else if (own is YamlMappingNode subsection && value is YamlMappingNode preset)
            {
                added |= AddEmpty(subsection, preset);
            }
        }

        return added;
    }

    private static string Serialize<TValue>(TValue value) => new SerializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .WithTypeConverter(new ListConverter())
        .DisableAliases() // sections of equal values are still sections of their own: Read overlays one without the other
        .Build()
        .Serialize(value);

    internal static string ReadText(string path)
    {
        string text;
        try
        {
            text = RegularFile.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(RegularFile.FaultOf(path, e), e);
        }

        return text.StartsWith(ZipStart, StringComparison.Ordinal)
            ? throw new ConfigurationException(
                $"{path} is a ZIP archive, as packages are, and no YAML. 'graft unpack' takes a package, whose plan is plan.yaml in it.")
            : text;
    }

    /// <summary>Reads values from their text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="source">Its file or name, for messages.</param>
    /// <param name="listsAreOfNames">Whether lists of texts are of names (operations, positions), which may stand in one text with commas between.</param>
    /// <exception cref="ConfigurationException">As for <see cref="Parse"/>.</exception>
    internal static TValue Read<TValue>(string yaml, string source, bool listsAreOfNames = true)
        where TValue : new()
    {
        try
        {
            if (Documents(yaml) is not [{ RootNode: YamlMappingNode root }])
            {
                throw new ConfigurationException($"{source} is not a plan: expected one document of keys and values, like 'network: wrn-16-2'.");
            }

            var faults = PlanSchema.Faults(root, typeof(TValue)).Select(fault => Invariant($"{source}:{fault.Line}: {fault.Fault}")).ToList();
            if (faults.Count > 0)
            {
                RequireNoOtherKind<TValue>(root, source);
                throw new ConfigurationException(string.Join(" ", faults));
            }

            // A section that is written in part keeps the rest of its own defaults: those of 'trial' are not those of 'teacher.recipe'.
            var whole = Documents(Serialize(new TValue()));
            Overlay((YamlMappingNode)whole[0].RootNode, root);
            return Deserialize<TValue>(whole, listsAreOfNames);
        }
        catch (YamlException e)
        {
            string reason = (e.InnerException ?? e).Message.Split('\n')[0].TrimEnd('.');
            string fault = reason.StartsWith("Duplicate key", StringComparison.Ordinal)
                ? reason
                : $"this is not YAML ({reason}). Look at the indentation and the quotes there.";
            throw new ConfigurationException(Invariant($"{source}:{e.Start.Line}: {fault}"), e);
        }
    }

    /// <summary>A plan with other values for some of its keys.</summary>
    /// <exception cref="ConfigurationException">A key or value is none of the plan's; all faults are named.</exception>
    internal static TValue With<TValue>(TValue plan, PlanSettings settings)
        where TValue : new()
    {
        if (settings.IsEmpty)
        {
            return plan;
        }

        PlanFaults.Throw([.. settings.Faults(typeof(TValue))]);
        var whole = Documents(Write(plan));
        Overlay((YamlMappingNode)whole[0].RootNode, settings.Section);
        return Deserialize<TValue>(whole);
    }

    /// <summary>The value of a plan's key as YAML has it, on one line; empty for null.</summary>
    internal static string TextOf<TValue>(TValue plan, string key)
        where TValue : new()
    {
        var node = Documents(Write(plan))[0].RootNode;
        foreach (string name in key.Split('.'))
        {
            if (node is not YamlMappingNode section || !section.Children.TryGetValue(name, out node!))
            {
                return "";
            }
        }

        return node switch
        {
            YamlScalarNode { Value: "null" or "" or null } => "",
            YamlSequenceNode list => $"[{string.Join(", ", list.Select(item => item.ToString()))}]",
            _ => node.ToString(),
        };
    }

    // Who gives the plan of a study where one of an acceleration is wanted, or results for a plan, is not helped by a list of unknown keys.
    private static void RequireNoOtherKind<TValue>(YamlMappingNode root, string source)
    {
        if (Names(root, "provenance", "plan"))
        {
            throw new ConfigurationException($"{source} holds results, not a plan; the plan is the text that stands in it as provenance.plan.");
        }

        (Type Type, string Job)[] kinds = [(typeof(StudyPlan), "a study"), (typeof(AccelerationPlan), "an acceleration")];
        var fitting = kinds.Where(kind => PlanSchema.KnowsAll(root, kind.Type)).ToList();
        if (kinds.FirstOrDefault(k => k.Type == typeof(TValue)) is { Job: { } wanted } && fitting is [var only] && only.Type != typeof(TValue))
        {
            throw new ConfigurationException($"{source} is the plan of {only.Job}, not of {wanted}.");
        }
    }

    private static TValue Deserialize<TValue>(IList<YamlDocument> whole, bool listsAreOfNames = true)
    {
        var text = new StringWriter();
        new YamlStream(whole).Save(text, assignAnchors: false);
        return new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .WithTypeConverter(new ListConverter(listsAreOfNames))
            .Build()
            .Deserialize<TValue>(text.ToString());
    }

    /// <summary>Whether a plan's file says which network it is for.</summary>
    internal static bool NamesNetwork(string path) => Names(ReadText(path), "network");

    /// <summary>Whether a plan's text gives a key, itself or below sections.</summary>
    internal static bool Names(string yaml, params ReadOnlySpan<string> path) => Names(Documents(yaml)[0].RootNode, path);

    /// <summary>The same of a section.</summary>
    internal static bool Names(YamlNode node, params ReadOnlySpan<string> path)
    {
        foreach (string key in path)
        {
            if (node is not YamlMappingNode section || !section.Children.TryGetValue(key, out node!))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What a text of YAML has.</summary>
    internal static IList<YamlDocument> Documents(string yaml)
    {
        var stream = new YamlStream();
        var parser = new Parser(new StringReader(yaml));
        try
        {
            stream.Load(parser);
        }
        catch (InvalidOperationException) // what the parser says where a bracket is not closed
        {
            var mark = parser.Current?.Start ?? Mark.Empty;
            throw new YamlException(mark, mark, "a bracket is not closed");
        }

        return stream.Documents;
    }

    /// <summary>Puts the values of a section over those of another.</summary>
    internal static void Overlay(YamlMappingNode section, YamlMappingNode written)
    {
        foreach (var (key, value) in written.Children)
        {
            if (value is YamlMappingNode subsection && section.Children.TryGetValue(key, out var own) && own is YamlMappingNode whole)
            {
                Overlay(whole, subsection);
            }
            else
            {
                section.Children[key] = value;
            }
        }
    }

    /// <summary>Lists as people write them: <c>[25, 50]</c>, <c>25</c> or <c>all</c>.</summary>
    private sealed class ListConverter(bool listsAreOfNames = true) : IYamlTypeConverter
    {
        public bool Accepts(Type type) => PlanSchema.ItemType(type) is not null;

        public object ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer)
        {
            var items = new List<string>();
            if (parser.TryConsume<YamlDotNet.Core.Events.Scalar>(out var single))
            {
                items.Add(single.Value);
            }
            else
            {
                parser.Consume<YamlDotNet.Core.Events.SequenceStart>();
                while (!parser.TryConsume<YamlDotNet.Core.Events.SequenceEnd>(out _))
                {
                    items.Add(parser.Consume<YamlDotNet.Core.Events.Scalar>().Value);
                }
            }

            return type == typeof(IReadOnlyList<string>) ? (listsAreOfNames ? Names(items) : items)
                : type == typeof(IReadOnlyList<int>) ? items.Select(item => int.Parse(item, CultureInfo.InvariantCulture)).ToList()
                : items.Select(Number).ToList();
        }

        // As options have them, 'a, b'; and names whose parameters YAML has parted at their commas, '[conv-stack(w=2,k=3)]'.
        private static IReadOnlyList<string> Names(List<string> items) =>
            items is [var single] ? OperationCatalog.SplitNames(single)
            : items.Exists(item => item.Count(c => c == '(') != item.Count(c => c == ')')) ? OperationCatalog.SplitNames(string.Join(",", items))
            : items;

        // The names of YAML for what is no finite number: whoever validates the plan says what may be there.
        private static double Number(string text) => text switch
        {
            ".nan" => double.NaN,
            ".inf" => double.PositiveInfinity,
            "-.inf" => double.NegativeInfinity,
            _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };

        public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer)
        {
            emitter.Emit(new YamlDotNet.Core.Events.SequenceStart(null, null, true, YamlDotNet.Core.Events.SequenceStyle.Flow));
            foreach (object item in (System.Collections.IEnumerable)value!)
            {
                emitter.Emit(new YamlDotNet.Core.Events.Scalar(Convert.ToString(item, CultureInfo.InvariantCulture)!));
            }

            emitter.Emit(new YamlDotNet.Core.Events.SequenceEnd());
        }
    }
}
