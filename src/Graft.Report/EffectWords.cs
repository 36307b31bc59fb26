using Graft.Analysis.Findings;
using Graft.Runtime;

namespace Graft.Report;

/// <summary>What is said of statistics between cells.</summary>
internal static class EffectWords
{
    /// <summary>What accuracy is correlated with, in words.</summary>
    public static string Quantity(CostQuantity quantity) => quantity == CostQuantity.Parameters ? "parameters" : "multiply-accumulates";

    /// <summary>The cells of a correlation in words.</summary>
    public static string Cells(CorrelationFinding finding) => finding.Scope switch
    {
        "all" => "all",
        "within" => "within positions",
        _ => $"position {finding.Scope}",
    };

    /// <summary>The statistics between cells that cannot be computed, each with the reason.</summary>
    public static IEnumerable<(string What, string Reason)> NotComputable(StudyAnalysis analysis)
    {
        var variance = analysis.Variance.Where(v => !v.Anova.HasValue).Select(v => ("analysis of variance", v.Anova.Reason!));
        var pairs = analysis.Pairs.Where(p => !p.Comparison.Difference.HasValue)
            .GroupBy(p => p.Comparison.Difference.Reason!, (reason, all) => (Plural.Of(all.Count(), "pair") + " of similar operations", reason));
        var lengths = analysis.Lengths.Where(l => !l.Recovery.Difference.HasValue)
            .GroupBy(l => l.Recovery.Difference.Reason!, (reason, all) => ($"longer training of {Plural.Of(all.Count(), "cell")}", reason));
        var seeds = analysis.Pairs.Any(p => p.AgreementOfSeeds.HasValue) ? []
            : analysis.Pairs.Take(1).Select(p => ("agreement of two seeds of an operation", p.AgreementOfSeeds.Reason!));
        var correlations = analysis.Correlations.Where(c => !c.Correlation.HasValue)
            .GroupBy(c => c.Correlation.Reason!, (reason, all) => (Correlations([.. all]), reason));
        return [.. variance, .. pairs, .. lengths, .. seeds, .. correlations];
    }

    // One position after another would fill lines.
    private static string Correlations(IReadOnlyList<CorrelationFinding> findings)
    {
        var single = findings.Where(IsOfPosition).Select(f => f.Scope).Distinct().ToList();
        var wide = findings.Where(f => !IsOfPosition(f)).Select(f => f.Scope == "all" ? "over all cells" : Cells(f)).Distinct();
        string? positions = single.Count == 0 ? null : $"at {(single.Count == 1 ? "position" : "positions")} {Listing.Of(single)}";
        return $"correlations with cost {Listing.Of([.. wide.Append(positions).OfType<string>()])}";
    }

    private static bool IsOfPosition(CorrelationFinding finding) => finding.Scope.Length > 0 && char.IsDigit(finding.Scope[0]);
}
