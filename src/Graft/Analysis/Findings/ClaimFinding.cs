namespace Graft.Analysis.Findings;

/// <summary>A claim of <b>Seo &amp; Lee</b> on this study's data.</summary>
/// <param name="Id"><c>a</c> to <c>d</c>.</param>
/// <param name="Statement">The claim, for any network.</param>
/// <param name="Status">What the data say.</param>
/// <param name="Evidence">By what, in a sentence.</param>
public sealed record ClaimFinding(string Id, string Statement, ClaimStatus Status, string Evidence);
