namespace Graft.Onnx;

/// <summary>Which outputs of a file with several can be the scores of classes, as far as their shapes tell.</summary>
internal static class ScoreOutputs
{
    private const int MostListed = 5;

    /// <summary>
    /// Whether a shape can be that of one score of the whole image for each class: [N, K], also as maps of one pixel, [N, K, 1, 1] or [N, 1, 1, K]. Scores of a
    /// detector's anchors, [N, anchors, 1], are none, and neither is a single number.
    /// </summary>
    /// <param name="sizes">The sizes; below 1 where the file leaves one open.</param>
    public static bool AreScores(IReadOnlyList<long> sizes) => sizes is [_, not 1] or [_, not 1, 1, 1] or [_, 1, 1, not 1];

    /// <summary>Why a file is no classifier none of whose outputs can be scores, without a full stop.</summary>
    /// <param name="outputs">The outputs, each as <c>'boxes': float [1, 512, 16]</c>.</param>
    public static string NoneOf(IReadOnlyList<string> outputs) =>
        $"none of its outputs are scores of classes. It gives {string.Join(" and ", outputs.Take(MostListed))}{(outputs.Count > MostListed ? " and more" : "")}, "
        + "expected float scores [N, K] or [N, K, 1, 1]; a detector's boxes or maps are none";
}
