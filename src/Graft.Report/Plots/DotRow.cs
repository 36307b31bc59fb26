using Graft.Analysis;

namespace Graft.Report.Plots;

/// <summary>A row of a dot plot: one operation.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Style">How it is drawn.</param>
/// <param name="Values">The single values, one for each seed, all finite.</param>
/// <param name="Interval">The interval of their mean, where there is one.</param>
internal sealed record DotRow(string Name, SeriesStyle Style, IReadOnlyList<double> Values, ConfidenceInterval? Interval);
