namespace Graft.Analysis.Findings;

/// <summary>A claim of <b>Seo &amp; Lee</b> on this study's data.</summary>
/// <param name="Id"> <c>a</c>: operation and position both matter; <c>b</c>: similar operations end up equally good, except at the first position; <c>c</c>:
/// longer training shrinks the loss at the first position and at the first that halves the feature maps; <c>d</c>: swaps at the last position improve the
/// network, because the candidates have more parameters.
/// </param>
/// <param name="Status">What the data say.</param>
/// <param name="Evidence">By what.</param>
public sealed record ClaimFinding(string Id, ClaimStatus Status, ClaimEvidence Evidence);
