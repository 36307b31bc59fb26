using Graft.Measures;

namespace Graft.Selection;

/// <summary>How architectures are selected (<b>LANA</b>, phase 2).</summary>
public sealed record SelectionPlan
{
    /// <summary>A score that one pass of the teacher gives of all candidates.</summary>
    internal const string KullbackLeibler = "kl-divergence",
        Loss = "loss",
        FeatureError = "feature-error";

    /// <summary>The latency budget of the whole network: a part of the teacher's (<c>0.5</c>) or milliseconds (<c>2.5ms</c>).</summary>
    /// <value>Default: <c>0.5</c>.</value>
    public string Budget { get; init; } = "0.5";

    /// <summary>
    /// What is added up over positions: <c>kl-divergence</c> (<b>Puzzle</b>), <c>loss</c> (LANA, eq. 3) or <c>feature-error</c>, which one pass of the teacher
    /// gives of all candidates; or any measure by its name (<see cref="MeasureCatalog"/>), as the difference to the unchanged network's.
    /// </summary>
    /// <value>Default: <c>kl-divergence</c>.</value>
    public string Score { get; init; } = KullbackLeibler;

    /// <summary>Held-out images that scores are computed on, at the most.</summary>
    /// <value>Default: <c>3000</c>.</value>
    public int ScoreImages { get; init; } = 3000;

    /// <summary>How many architectures are selected and judged; LANA takes about 100.</summary>
    /// <value>Default: <c>100</c>.</value>
    public int Solutions { get; init; } = 100;

    /// <summary>The part of the positions that two of them may hold in common; LANA takes 0.7.</summary>
    /// <value>Default: <c>0.7</c>.</value>
    public double MaxOverlap { get; init; } = 0.7;

    /// <summary>The most parameters of the network; nothing for any number.</summary>
    public long? MaxParameters { get; init; }

    /// <summary>The most multiply-accumulates of the network for one image; nothing for any number.</summary>
    public long? MaxMultiplyAccumulates { get; init; }

    /// <summary>Training images that architectures are judged on without training; LANA takes about 6,000.</summary>
    /// <value>Default: <c>6000</c>.</value>
    public int Images { get; init; } = 6000;

    /// <summary>Random architectures of the same latency that predictions are checked on; 0 for none.</summary>
    /// <value>Default: <c>100</c>.</value>
    public int RandomArchitectures { get; init; } = 100;

    /// <summary>The scores that one pass of the teacher gives of all candidates.</summary>
    internal static IReadOnlyList<string> SharedScores { get; } = [KullbackLeibler, Loss, FeatureError];

    private static IReadOnlyList<string> Costs { get; } = ["parameters", "multiplyAccumulates", "latency"];

    /// <summary>The measure that is the score; null where it is one of <see cref="SharedScores"/>.</summary>
    internal Measure? ScoreMeasure => SharedScores.Contains(Score) ? null : MeasureCatalog.Find(Score);

    /// <summary>Returns what is wrong with the values, one sentence each; empty if nothing is.</summary>
    /// <param name="section">The section of the plan, for the messages.</param>
    public IEnumerable<string> Faults(string section)
    {
        if (LatencyBudget.FaultOf(Budget) is { } fault)
        {
            yield return fault;
        }

        if (MaxParameters < 1 || MaxMultiplyAccumulates < 1)
        {
            yield return Invariant(
                $"{section}.maxParameters is {Shown(MaxParameters)} and maxMultiplyAccumulates {Shown(MaxMultiplyAccumulates)}; each must be at least 1, or left out."
            );
        }

        List<string> scores = [.. SharedScores, .. MeasureCatalog.All.Select(m => m.Name)];
        if (!scores.Contains(Score))
        {
            yield return $"{section}.score is '{Score}'.{NearestName.Hint(Score, scores)}";
        }

        if (Costs.Contains(Score))
        {
            yield return $"{section}.score is '{Score}', which is what an operation costs: the budget and the limits are for that.";
        }

        if (ScoreImages < 1 || Images < 2)
        {
            yield return Invariant($"{section}.scoreImages is {ScoreImages} and images {Images}; the first must be at least 1, the second at least 2.");
        }

        if (Solutions is < 1 or > 10_000)
        {
            yield return Invariant($"{section}.solutions is {Solutions}; it must be from 1 to 10000.");
        }

        if (MaxOverlap is not (>= 0 and < 1))
        {
            yield return Invariant($"{section}.maxOverlap is {MaxOverlap}; it must be from 0 to below 1.");
        }

        if (RandomArchitectures is < 0 or > 100_000)
        {
            yield return Invariant($"{section}.randomArchitectures is {RandomArchitectures}; it must be from 0 to 100000.");
        }

        static string Shown(long? limit) => limit is { } value ? Invariant($"{value}") : "left out";
    }
}
