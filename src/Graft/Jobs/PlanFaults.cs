using System.Reflection;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Operations;
using YamlDotNet.Serialization.NamingConventions;

namespace Graft.Jobs;

/// <summary>What is wrong with a plan.</summary>
internal static class PlanFaults
{
    /// <summary>Throws where there are faults: one exception that names all of them.</summary>
    /// <exception cref="ConfigurationException">There are some.</exception>
    public static void Throw(IReadOnlyList<string> faults)
    {
        if (faults.Count > 0)
        {
            string numbered = string.Join(" ", faults.Select((fault, i) => Invariant($"({i + 1}) {fault}")));
            throw new ConfigurationException(faults.Count == 1 ? faults[0] : Invariant($"The plan has {faults.Count} faults: {numbered}"));
        }
    }

    /// <summary>Throws where a plan has faults. What is null where something must be is told first: nothing else can be said of it.</summary>
    /// <exception cref="ConfigurationException">There are some.</exception>
    public static void Throw(object plan, IEnumerable<string> faults)
    {
        Throw([.. Nulls(plan)]);
        Throw([.. faults]);
    }

    /// <summary>The values of a plan and its sections that are null and must not be, and lists that hold such.</summary>
    /// <param name="plan">The plan or a section of it.</param>
    /// <param name="path">The keys that lead to the section, each followed by a dot.</param>
    public static IEnumerable<string> Nulls(object plan, string path = "")
    {
        var properties = plan.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite && !p.PropertyType.IsValueType);
        foreach (var property in properties)
        {
            string key = path + CamelCaseNamingConvention.Instance.Apply(property.Name);
            switch (property.GetValue(plan))
            {
                case null when !PlanSchema.IsNullable(property):
                    yield return $"{key} is null; it must be {PlanSchema.Expected(property.PropertyType)}.";
                    break;
                case IEnumerable<object?> list when list.Contains(null):
                    yield return $"{key} holds null; each of its entries must be a text.";
                    break;
                case { } section when section.GetType().Assembly == typeof(PlanFaults).Assembly:
                    foreach (string fault in Nulls(section, $"{key}."))
                    {
                        yield return fault;
                    }

                    break;
            }
        }
    }

    /// <summary>What is wrong with each of a plan's operations; without a list that is none.</summary>
    public static IEnumerable<string> OfOperations(IReadOnlyList<string> names) =>
        names.Count == 0 ? Of(() => OperationCatalog.Default.ParseList(names)) : names.SelectMany(name => Of(() => OperationCatalog.Default.ParseList([name])));

    /// <summary>What is wrong with the name of a plan's network, as far as that is known without data and files.</summary>
    public static IEnumerable<string> OfNetwork(string name) => NetworkCatalog.FaultOf(name) is { } fault ? [fault] : [];

    /// <summary>What is wrong with each of a plan's positions, as far as that is known without data: those of networks from files are not.</summary>
    public static IEnumerable<string> OfPositions(string network, IReadOnlyList<string> names) =>
        NetworkCatalog.LayoutOf(network) is not { } definition ? []
        : names.Count == 0 ? Of(() => StudyGraph.ResolvePositions(names, definition))
        : names.SelectMany(name => Of(() => StudyGraph.ResolvePositions([name], definition)));

    private static IEnumerable<string> Of(Action read)
    {
        try
        {
            read();
            return [];
        }
        catch (ConfigurationException e)
        {
            return [e.Message];
        }
    }
}
