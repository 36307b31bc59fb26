using System.Text.Json.Serialization;
using YamlDotNet.Serialization;

namespace Graft.Measures;

/// <summary>Which measures predict, and what they are taken on: held-out training images, so that neither training nor test images are touched.</summary>
public sealed record PredictorRecipe
{
    /// <summary>
    /// How many held-out images are looked at; drawn by the seed of the held-out part. Of the default 256 those that there are, where fewer are held out.
    /// </summary>
    /// <value>Default: <c>256</c>.</value>
    public int Images { get; init; } = 256;

    /// <summary>Images a batch. NASWOT (Mellor et al. 2021) and ZiCo (Li et al. 2023) take batches of 64 to 128, ZiCo two of them.</summary>
    /// <value>Default: <c>128</c>.</value>
    public int BatchSize { get; init; } = 128;

    /// <summary>The names of the measures (<see cref="MeasureCatalog"/>); null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [YamlMember(DefaultValuesHandling = DefaultValuesHandling.OmitNull)]
    public IReadOnlyList<string>? Measures { get; init; }

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (Images is < 2 or > 100_000)
        {
            yield return Invariant($"{section}.images is {Images}; it must be from 2 to 100000.");
        }

        if (BatchSize is < 2 or > 4096)
        {
            yield return Invariant($"{section}.batchSize is {BatchSize}; it must be from 2 to 4096.");
        }

        var known = MeasureCatalog.All.Select(m => m.Name).ToList();
        foreach (string unknown in (Measures ?? []).Except(known))
        {
            yield return $"{section}.measures has '{unknown}'.{NearestName.Hint(unknown, known)}";
        }

        if (Measures is [])
        {
            yield return $"{section}.measures is empty; leave it out for all measures.";
        }
    }
}
