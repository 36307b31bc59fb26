namespace Graft.Report.Plots;

/// <summary>One of the small plots that make up a figure.</summary>
/// <param name="Title">What this one shows, as plain text.</param>
/// <param name="Svg">The plot as an SVG element.</param>
public sealed record Panel(string Title, string Svg);
