using System.Globalization;
using Graft.Training;

namespace Graft.Jobs.Accelerations;

/// <summary>Plans of accelerations as YAML. Keys that are left out keep their defaults.</summary>
public static class AccelerationPlanFile
{
    /// <summary>The presets' names.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["quick-acceleration", "standard-acceleration", "cifar10-acceleration"];

    /// <summary>Reads a plan.</summary>
    /// <exception cref="ConfigurationException">The file is missing, is not YAML, or has unknown keys or values of the wrong kind.</exception>
    public static AccelerationPlan Load(string path) => Parse(PlanFile.ReadText(path), path);

    /// <summary>Reads a plan from its text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="source">Its file or name, for messages.</param>
    /// <exception cref="ConfigurationException">As for <see cref="Load"/>.</exception>
    public static AccelerationPlan Parse(string yaml, string source)
    {
        var plan = PlanFile.Read<AccelerationPlan>(yaml, source);
        return PlanFile.Names(yaml, "fineTuning", "recipe", "learningRate") && !PlanFile.Names(yaml, "fineTuning", "learningRate")
            ? WithRateOfRecipe(plan)
            : plan;
    }

    /// <inheritdoc cref="PlanFile.With"/>
    internal static AccelerationPlan With(AccelerationPlan plan, PlanSettings settings)
    {
        var changed = PlanFile.With(plan, settings);
        return settings.Has("fineTuning", "recipe", "learningRate") && !settings.Has("fineTuning", "learningRate") ? WithRateOfRecipe(changed) : changed;
    }

    private static AccelerationPlan WithRateOfRecipe(AccelerationPlan plan) =>
        plan with { FineTuning = plan.FineTuning with { LearningRate = plan.FineTuning.Recipe.LearningRate.ToString(CultureInfo.InvariantCulture) } };

    /// <summary>The preset whose values are the defaults of a data set, for all that is not said, as <see cref="Studies.StudyPreset.DefaultFor"/>.</summary>
    /// <param name="data">The data set's name or path; null for the embedded images, which need no download.</param>
    public static string DefaultFor(string? data) => $"{Studies.StudyPreset.DefaultFor(data)}-acceleration";

    /// <summary>The preset of that name.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static AccelerationPlan LoadPreset(string name)
    {
        if (!Presets.Contains(name))
        {
            throw new ConfigurationException($"Unknown preset '{name}'.{NearestName.Hint(name, Presets)}");
        }

        using var stream = typeof(AccelerationPlanFile).Assembly.GetManifestResourceStream($"Graft.Jobs.Accelerations.Presets.{name}.yaml")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), name);
    }

    /// <summary>
    /// Writes a plan with all its values, but for the training of a teacher that is imported. By its recipe a smaller network may be trained all the same: then
    /// it is there where it is not the default.
    /// </summary>
    public static string ToYaml(AccelerationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return PlanFile.Write(plan, plan.Network, plan.Teacher, keepsRecipe: plan.IsRecipeOfUse && plan.Teacher.Recipe != new TrainingRecipe());
    }
}
