using System.Text.Json.Serialization;
using YamlDotNet.Serialization;

namespace Graft.Training;

/// <summary>
/// What a student learns from its teacher beside the labels: loss = cross-entropy + w·T²·KL(softmax(t/T) ‖ softmax(s/T)) on the logits (Hinton et al. 2015,
/// section 2), and, where wanted, the mean over the ends of changed places of MSE(t, s) / MSE(t, 0) on feature maps (LIT, Koratana et al. 2019, mixes both
/// for runs of blocks).
/// </summary>
public sealed record KnowledgeDistillation
{
    /// <summary>The weight w of the teacher beside the labels' 1; 0 for labels alone.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The temperature T, above 0; 1 compares the class probabilities themselves. Hinton et al. find 2.5 to 4 best for small students.</summary>
    public double Temperature { get; init; } = 3;

    /// <summary>The weight of the feature maps; null or 0 for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public double? FeatureWeight { get; init; }

    /// <summary>Whether the labels are left out: the student learns from the teacher alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitDefaults)]
    public bool WithoutLabels { get; init; }

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (Weight is not (>= 0 and <= 1000))
        {
            yield return Invariant($"{section}.weight is {Weight}; it must be from 0 (labels alone) to 1000.");
        }

        if (FeatureWeight is not (null or (>= 0 and <= 1000)))
        {
            yield return Invariant($"{section}.featureWeight is {FeatureWeight}; it must be from 0 (logits alone) to 1000.");
        }

        if (WithoutLabels && Weight == 0 && FeatureWeight is null or 0)
        {
            yield return $"{section}.withoutLabels leaves nothing to learn from, as weight and featureWeight are 0.";
        }

        if (Temperature is not (> 0 and <= 100))
        {
            yield return Invariant($"{section}.temperature is {Temperature}; it must be above 0, up to 100.");
        }
    }
}
