using System.Diagnostics.CodeAnalysis;

namespace Graft.Analysis.Findings;

/// <summary>A cell of a study's table, as far as the analysis needs it.</summary>
internal sealed record AnalysedCell : Cell
{
    public AnalysedCell()
    {
    }

    [SetsRequiredMembers]
    public AnalysedCell(Cell cell, IReadOnlyList<double> accuracies, IReadOnlyList<TrialOutcome> outcomes)
        : base(cell) => (Accuracies, Outcomes) = (accuracies, outcomes);

    /// <summary>Test accuracies of the finished trials, all finite.</summary>
    public required IReadOnlyList<double> Accuracies { get; init; }

    /// <summary>The answers of the finished trials, by ascending seed; those of an imported record without them are missing.</summary>
    public required IReadOnlyList<TrialOutcome> Outcomes { get; init; }

    /// <summary>
    /// Whether the cell is a control (a re-initialised teacher, a frozen rest, a matched width): judged like any other, but no candidate that claims and
    /// effects are about.
    /// </summary>
    public bool IsControl { get; init; }

    /// <summary>Whether a trial failed for good, so that the cell gets no more seeds.</summary>
    public bool HasFailed { get; init; }

    /// <summary>The operation without its parameters, e.g. <c>conv-stack</c> or <c>conv-stack+frozen-rest</c>.</summary>
    public string Family => Operation.Split('(', ')') is [var name, _, var suffix] ? name + suffix : Operation;
}
