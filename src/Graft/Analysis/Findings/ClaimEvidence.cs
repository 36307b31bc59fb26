using System.Text.Json.Serialization;

namespace Graft.Analysis.Findings;

/// <summary>What the status of a claim rests on.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Missing), "missing")]
[JsonDerivedType(typeof(NothingMatters), "nothingMatters")]
[JsonDerivedType(typeof(Effects), "effects")]
[JsonDerivedType(typeof(Pairs), "pairs")]
[JsonDerivedType(typeof(Changes), "changes")]
[JsonDerivedType(typeof(LastPosition), "lastPosition")]
public abstract record ClaimEvidence
{
    private ClaimEvidence()
    {
    }

    /// <summary>There is nothing to judge by.</summary>
    /// <param name="Reason">Why, without a full stop.</param>
    public sealed record Missing(string Reason) : ClaimEvidence;

    /// <summary>Every swap at every position is equivalent to the unchanged network.</summary>
    /// <param name="Margin">The margin, a fraction.</param>
    public sealed record NothingMatters(double Margin) : ClaimEvidence;

    /// <summary>The analysis of variance of each training length.</summary>
    /// <param name="OfLengths">The effects of each.</param>
    public sealed record Effects(IReadOnlyList<LengthEffects> OfLengths) : ClaimEvidence;

    /// <summary>The effects at one training length.</summary>
    /// <param name="Epochs">The training length.</param>
    /// <param name="Position">The effect of the position.</param>
    /// <param name="Operation">The effect of the operation.</param>
    /// <param name="Interaction">Their interaction.</param>
    public sealed record LengthEffects(int Epochs, AnovaEffect Position, AnovaEffect Operation, AnovaEffect Interaction);

    /// <summary>Verdicts on pairs of similar operations.</summary>
    /// <param name="Margin">The margin, a fraction.</param>
    /// <param name="Elsewhere">Those at other positions than the first; null where there are none.</param>
    /// <param name="AtFirst">Those at the first position; null where there are none.</param>
    public sealed record Pairs(double Margin, PairCounts? Elsewhere, PairCounts? AtFirst) : ClaimEvidence;

    /// <summary>How many pairs have which verdict.</summary>
    /// <param name="Count">All pairs.</param>
    /// <param name="Equivalent">Those that are equivalent.</param>
    /// <param name="Different">Those of which one is better.</param>
    /// <param name="Undecided">Those that the data do not decide.</param>
    /// <param name="LargestDifference">The difference that is furthest from zero, a fraction with its sign.</param>
    public sealed record PairCounts(int Count, int Equivalent, int Different, int Undecided, double LargestDifference);

    /// <summary>How the mean difference to the unchanged network changes with training.</summary>
    /// <param name="From">The shortest training in epochs.</param>
    /// <param name="To">The longest.</param>
    /// <param name="AtPositions">The change at each position.</param>
    public sealed record Changes(int From, int To, IReadOnlyList<PositionChange> AtPositions) : ClaimEvidence;

    /// <summary>The change at one position.</summary>
    /// <param name="Position">The position.</param>
    /// <param name="Change">The change: better means that the loss shrinks.</param>
    public sealed record PositionChange(int Position, Comparison Change);

    /// <summary>The candidates at the last position, those with more parameters than the network's own operation and the others.</summary>
    /// <param name="Epochs">The longest training.</param>
    /// <param name="LargerCandidates">Candidates with more parameters.</param>
    /// <param name="OtherCandidates">Candidates with no more.</param>
    /// <param name="ToTeacher">The mean of those with more against the unchanged network.</param>
    /// <param name="ToOthers">The same against the mean of the others.</param>
    public sealed record LastPosition(int Epochs, int LargerCandidates, int OtherCandidates, Comparison ToTeacher, Comparison ToOthers) : ClaimEvidence;
}
