using Graft.Analysis.Sequential;

namespace Graft.Analysis.Findings;

/// <summary>
/// What the statistics say of a study: part of its JSON document, and what tables and report show. Differences are fractions; docs/statistics.md explains each
/// method.
/// </summary>
public sealed record StudyAnalysis
{
    /// <summary>The largest difference that does not matter, a fraction.</summary>
    public required double Margin { get; init; }

    /// <summary>The chance of a false verdict among all of a family.</summary>
    public double Alpha { get; } = ComparisonFamily.Alpha;

    /// <summary>Each cell against the unchanged network, in the study's order.</summary>
    public required IReadOnlyList<CellFinding> Cells { get; init; }

    /// <summary>Neighbours of one family (in the plan's order) at each position.</summary>
    public required IReadOnlyList<PairFinding> Pairs { get; init; }

    /// <summary>Position and operation as factors, for each training length.</summary>
    public required IReadOnlyList<VarianceFinding> Variance { get; init; }

    /// <summary>What longer training does to each cell; empty with one training length.</summary>
    public required IReadOnlyList<LengthFinding> Lengths { get; init; }

    /// <summary>Accuracy against cost.</summary>
    public required IReadOnlyList<CorrelationFinding> Correlations { get; init; }

    /// <summary>The claims of the study that Graft repeats.</summary>
    public required IReadOnlyList<ClaimFinding> Claims { get; init; }

    /// <summary>What to try next, most useful first.</summary>
    public required IReadOnlyList<NextStep> Next { get; init; }

    /// <summary>Analyses a study in any state.</summary>
    /// <param name="study">The study.</param>
    /// <param name="options">How it is judged.</param>
    /// <param name="sequential">The verdicts of a study that adds seeds until they are there: advice rests on them. Null for another.</param>
    internal static StudyAnalysis Of(AnalysedStudy study, AnalysisOptions options, SequentialJudgement? sequential = null)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new StudyAnalyzer(study, options.Margin, sequential).Analyze();
    }
}
