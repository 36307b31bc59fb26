using Graft.Analysis.Prediction;

namespace Graft.Report;

/// <summary>A <see cref="SimilarityAnswer"/> as people read it.</summary>
public static class SimilarityWords
{
    /// <summary>The answer in words, for after "it".</summary>
    public static string Of(SimilarityAnswer answer) => answer switch
    {
        SimilarityAnswer.Holds => "holds here",
        SimilarityAnswer.DoesNotHold => "does not hold here: the contrary",
        _ => "is undecided here",
    };
}
