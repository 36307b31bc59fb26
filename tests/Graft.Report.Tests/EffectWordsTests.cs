using Graft.Analysis;
using Graft.Analysis.Findings;

namespace Graft.Report.Tests;

public sealed class EffectWordsTests
{
    // The same reason of many positions and both costs is one item.
    [Fact]
    public void NotComputable_Correlations_NamePositionsTogether()
    {
        var few = new NotComputable("2 points are too few");
        CorrelationFinding[] findings =
        [
            .. from quantity in Enum.GetValues<CostQuantity>()
               from scope in (string[])["all", "within", "1", "7", "18"]
               select new CorrelationFinding(25, quantity, scope, few),
        ];
        var analysis = SyntheticStudy.WithAnalysis(SyntheticStudy.Published()).Analysis! with { Correlations = findings };

        var (what, reason) = Assert.Single(EffectWords.NotComputable(analysis));

        Assert.Equal("correlations with cost over all cells, within positions and at positions 1, 7 and 18", what);
        Assert.Equal("2 points are too few", reason);
    }
}
