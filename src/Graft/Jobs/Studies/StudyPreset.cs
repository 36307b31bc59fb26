using Graft.Data;
using Graft.Data.Readers;

namespace Graft.Jobs.Studies;

/// <summary>Plans that come with Graft.</summary>
public static class StudyPreset
{
    /// <summary>The presets' names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["quick", "standard", "cifar10-lite", "paper"];

    /// <summary>
    /// The preset whose values are the defaults of a data set, for all that is not said: <c>quick</c> for the embedded images, <c>standard</c> for all others.
    /// </summary>
    /// <param name="data">The data set's name or path; null for the embedded images, which need no download.</param>
    public static string DefaultFor(string? data) =>
        data is null || DataCatalog.All.Any(e => e.Name == data && e.Format == DataFormats.Embedded) ? "quick" : "standard";

    /// <summary>The preset of that name.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static StudyPlan Load(string name) => PlanFile.Parse(ReadYaml(name), name);

    /// <summary>The preset as it is written, with its comments.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static string ReadYaml(string name)
    {
        if (!Names.Contains(name))
        {
            throw new ConfigurationException($"Unknown preset '{name}'.{NearestName.Hint(name, Names)}");
        }

        using var stream = typeof(StudyPreset).Assembly.GetManifestResourceStream($"Graft.Jobs.Studies.Presets.{name}.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
