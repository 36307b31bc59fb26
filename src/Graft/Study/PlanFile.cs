using Graft.Training;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.EventEmitters;
using YamlDotNet.Serialization.NamingConventions;

namespace Graft.Study;

/// <summary>Plans as YAML. Keys that are left out keep their defaults, those of <see cref="StudyPlan"/> in its sections, too.</summary>
public static class PlanFile
{
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

    /// <summary>Writes a plan with all its values.</summary>
    public static string ToYaml(StudyPlan plan) => new SerializerBuilder()
        .WithNamingConvention(CamelCaseNamingConvention.Instance)
        .WithEventEmitter(next => new ListsInOneLine(next))
        .Build()
        .Serialize(plan);

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"cannot read {path}: {e.Message}", e);
        }
    }

    private static TValue Read<TValue>(string yaml, string source)
        where TValue : notnull, new()
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
            {
                throw new ConfigurationException($"{source} is not a plan: expected one document of keys and values, like 'network: wrn-16-2'.");
            }

            var value = new TValue();
            var reader = new PlanReader();
            reader.Read(root, value);
            return reader.Faults.Count == 0 ? value : throw new ConfigurationException(string.Join(" ", reader.Faults.Select(fault => $"{source}:{fault}")));
        }
        catch (YamlException e)
        {
            string reason = (e.InnerException ?? e).Message.Split('\n')[0];
            throw new ConfigurationException($"{source}:{e.Start.Line}: {reason}", e);
        }
    }

    private sealed class ListsInOneLine(IEventEmitter next) : ChainedEventEmitter(next)
    {
        public override void Emit(SequenceStartEventInfo eventInfo, IEmitter emitter)
        {
            eventInfo.Style = SequenceStyle.Flow;
            base.Emit(eventInfo, emitter);
        }
    }
}
