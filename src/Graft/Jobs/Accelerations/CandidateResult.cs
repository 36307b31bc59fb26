using Graft.Analysis;

namespace Graft.Jobs.Accelerations;

/// <summary>An operation at a place, as the selection saw it.</summary>
public sealed record CandidateResult
{
    /// <summary>The place.</summary>
    public required Place Position { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The score that was added up; null where its step failed.</summary>
    public double? Score { get; init; }

    /// <summary>Rise of the loss on held-out images.</summary>
    public double? LossRise { get; init; }

    /// <summary>Kullback-Leibler divergence from the teacher on held-out images.</summary>
    public double? KullbackLeibler { get; init; }

    /// <summary>Normalised error of the position's output on held-out images.</summary>
    public double? FeatureError { get; init; }

    /// <summary>
    /// Its latency at the position in milliseconds, the cost of calling the runtime taken off, scaled as those of all operations so that they add up to whole
    /// networks; 0 for the identity. Null where nothing was selected yet, and where its score failed.
    /// </summary>
    public double? LatencyMs { get; init; }

    /// <summary>The interval of the measurement, the cost of calling the runtime included; null for the identity, which is not there at all.</summary>
    public MedianInterval? MeasuredMs { get; init; }

    /// <summary>Its parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Whether it was distilled on after a first selection, and is taken as it was then.</summary>
    public bool IsRefined { get; init; }

    /// <summary>In how many of the selected architectures it stands at this position.</summary>
    public required int Chosen { get; init; }

    /// <summary>An operation that is no slower here and scores no worse, and is better in one of both; null where there is none.</summary>
    public string? DominatedBy { get; init; }
}
