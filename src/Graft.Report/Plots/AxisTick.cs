namespace Graft.Report.Plots;

/// <summary>A mark on an axis.</summary>
/// <param name="At">Where, in the axis' own coordinate.</param>
/// <param name="Label">What is written there.</param>
internal sealed record AxisTick(double At, string Label);
