using Graft.Runtime;

namespace Graft.Analysis.Sequential;

/// <summary>When a study is looked at whose seeds grow until verdicts are there.</summary>
internal sealed record SequentialPlan
{
    /// <summary>The number of seeds at the first look, at least 2. Default 3: two seeds decide next to nothing, and a look costs a little of the level of the
    /// later ones.</summary>
    /// <value>Default: <c>3</c>.</value>
    public int FirstSeeds { get; init; } = 3;

    /// <summary>The number of seeds at the last look.</summary>
    public required int MaxSeeds { get; init; }

    /// <summary>How many seeds lie between looks, at least 1. Default 1.</summary>
    /// <value>Default: <c>1</c>.</value>
    public int Step { get; init; } = 1;

    /// <summary>The number of seeds at each look, rising.</summary>
    public IReadOnlyList<int> Looks
    {
        get
        {
            var looks = new List<int>();
            for (int seeds = FirstSeeds; seeds < MaxSeeds; seeds += Step)
            {
                looks.Add(seeds);
            }

            return [.. looks, MaxSeeds];
        }
    }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ConfigurationException">One is out of range; all faults are named.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (FirstSeeds < 2)
        {
            faults.Add(Invariant($"the first look has {Plural.Of(FirstSeeds, "seed")}; it needs at least 2"));
        }

        if (MaxSeeds < FirstSeeds)
        {
            faults.Add(Invariant($"there are at most {MaxSeeds} seeds, fewer than the {FirstSeeds} of the first look; allow more"));
        }

        if (Step < 1)
        {
            faults.Add(Invariant($"{Step} seeds lie between looks; it must be at least 1"));
        }

        if (faults.Count > 0)
        {
            throw new ConfigurationException($"Deciding seed by seed: {string.Join("; ", faults)}.");
        }
    }
}
