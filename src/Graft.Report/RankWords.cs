using Graft.Analysis;
using Graft.Analysis.Prediction;

namespace Graft.Report;

/// <summary>How well one order agrees with another, in numbers: Kendall's τ and, in brackets, its interval.</summary>
internal static class RankWords
{
    /// <summary>The agreement of predicted and measured quality; a dash where there is none.</summary>
    public static string Of(RankAgreement? agreement, char minus = Format.Minus) =>
        agreement is { } a ? Of(a.KendallTau, a.Lower, a.Upper, minus) : Format.None;

    /// <summary>The agreement of a predictor with accuracies; a dash where there is none.</summary>
    public static string Of(RankCorrelation? correlation, char minus = Format.Minus) =>
        correlation is { } c ? Of(c.Tau, c.Lower, c.Upper, minus) : Format.None;

    /// <summary>The interval alone, in brackets; empty where there is none.</summary>
    public static string Interval(RankAgreement? agreement) => agreement is { } a ? Interval(a.Lower, a.Upper, Format.Minus) : "";

    private static string Of(double tau, double lower, double upper, char minus) => $"{Format.Number(tau, "0.00", minus)} {Interval(lower, upper, minus)}";

    private static string Interval(double lower, double upper, char minus) =>
        $"({Format.Number(lower, "0.00", minus)} to {Format.Number(upper, "0.00", minus)})";
}
