using Graft.Analysis.Findings;

namespace Graft.Analysis.Sequential;

/// <summary>
/// Verdicts of a study that is looked at again and again while seeds are added where verdicts are open. The chance of even one false "better" or "worse" over
/// all cells <em>and all looks</em> is held at 5 %, and so is that of a false "equivalent": the test of each look is made at the level of
/// group-sequential bounds, and Holm's correction runs on over looks (<b>Ye, Li, Liu &amp; Yao 2013</b>). A cell that is decided stays so; later trials
/// of it count in nothing. Only a failed trial that is repeated can change that: its cell then takes part, and counts in the pooled noise, in looks that were
/// made without it.
/// </summary>
public sealed record SequentialJudgement
{
    /// <summary>The largest difference of accuracies that does not matter, a fraction: the study's own, by which seeds were added.</summary>
    public required double Margin { get; init; }

    /// <summary>The seeds at the looks that were made.</summary>
    public required IReadOnlyList<int> Looks { get; init; }

    /// <summary>The cells, in the study's order.</summary>
    public required IReadOnlyList<SequentialCell> Cells { get; init; }

    /// <summary>What the next look needs: the unchanged network first, then open cells, those first that can be decided soonest. Empty where all is decided or
    /// the last look was made.</summary>
    public required IReadOnlyList<SeedRequest> Requests { get; init; }

    /// <summary>Judges a study. The same data give the same verdicts, whenever and in whatever order its trials came.</summary>
    /// <param name="study">The study in any state. A look is made when every open cell has its seeds; a cell of which a trial failed for good stops at the
    /// last look for which it has them, and counts in the family as what it was then, before the first look as open.</param>
    /// <param name="plan">When it is looked at.</param>
    /// <param name="options">The margin.</param>
    internal static SequentialJudgement Of(AnalysedStudy study, SequentialPlan plan, AnalysisOptions options)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        plan.Validate();
        options.Validate();
        return new SequentialJudge(study, plan, options.Margin).Judge();
    }
}
