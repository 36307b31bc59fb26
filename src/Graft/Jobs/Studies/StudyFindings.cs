using Graft.Analysis.Findings;
using Graft.Analysis.Prediction;
using Graft.Analysis.Sequential;

namespace Graft.Jobs.Studies;

/// <summary>What is computed from a study's results: the part of <see cref="StudyResult"/> that takes time.</summary>
/// <param name="Predictability">How well measures tell accuracies, for each training length.</param>
/// <param name="Similarity">How alike operations are, for each training length.</param>
/// <param name="Analysis">Verdicts, claims and advice; null where nothing can be judged.</param>
/// <param name="Sequential">The verdicts of a study that adds seeds until they are there; null for another.</param>
internal sealed record StudyFindings(
    IReadOnlyList<Predictability> Predictability,
    IReadOnlyList<SimilarityMap> Similarity,
    StudyAnalysis? Analysis,
    SequentialJudgement? Sequential
);
