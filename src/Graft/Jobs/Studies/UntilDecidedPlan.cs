using Graft.Analysis.Findings;
using Graft.Analysis.Sequential;

namespace Graft.Jobs.Studies;

/// <summary>Seeds are added only where verdicts are open: see <see cref="SequentialJudgement"/>. The first look is made with the plan's seeds.</summary>
public sealed record UntilDecidedPlan
{
    /// <summary>The seeds at the last look.</summary>
    /// <value>Default: <c>10</c>.</value>
    public int MaxSeeds { get; init; } = 10;

    /// <summary>The largest difference of accuracies that does not matter, a fraction (0.005 is half a point): it decides which verdicts are open.</summary>
    public double Margin { get; init; } = new AnalysisOptions().Margin;

    /// <summary>When it is looked at.</summary>
    /// <param name="seeds">The seeds of the first look.</param>
    internal SequentialPlan Looks(int seeds) => new() { FirstSeeds = seeds, MaxSeeds = MaxSeeds };

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    /// <param name="seeds">The plan's seeds.</param>
    public IEnumerable<string> Faults(string section, int seeds)
    {
        if (seeds < 2)
        {
            yield return Invariant($"seeds is {seeds}; with {section} it is the number of seeds at the first look, at least 2.");
        }

        if (MaxSeeds > 1000 || MaxSeeds < seeds)
        {
            yield return Invariant($"{section}.maxSeeds is {MaxSeeds}; it must be from the {seeds} of the first look (seeds) to 1000.");
        }

        if (Margin is not (> 0 and <= 0.5))
        {
            yield return Invariant($"{section}.margin is {Margin}; it is a fraction of all images, above 0 and up to 0.5: half a point is 0.005.");
        }
    }
}
