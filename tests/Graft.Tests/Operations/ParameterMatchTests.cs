using Graft.Networks;
using Graft.Operations;

namespace Graft.Tests.Operations;

public sealed class ParameterMatchTests
{
    public static TheoryData<string, string> MatchedInNetworks() => new(
        from network in (string[])["wrn-16-2", "wrn-40-2", "resnet-20"]
        from operation in OperationCatalog.Controls.Where(o => o.Contains("match"))
        select (network, operation));

    [Theory]
    [MemberData(nameof(MatchedInNetworks))]
    public void At_EveryPosition_NoOtherWidthIsNearer(string network, string name)
    {
        var operation = OperationCatalog.Default.Parse(name);
        foreach (var position in NetworkCatalog.Define(network, new(3, 32, 32), 10).Positions.Where((_, i) => i % 3 == 0))
        {
            string matched = operation.At(position).Text;
            double deviation = Math.Abs(ParameterMatch.Deviation(operation, position));

            Assert.InRange(deviation, 0, 0.03); // half a channel of at least 16
            var width = operation.MatchedParameter;
            int hidden = (int)Math.Round(operation.At(position)[width.Name] * width.Unit!(position));
            Assert.All(
                Enumerable.Range(Math.Max(1, hidden - 4), 9),
                channels =>
                    Assert.True(
                        deviation <= Math.Abs(ParameterMatch.Deviation(operation.WithMatched((double)channels / width.Unit(position)), position)),
                        $"{matched} at {position.Index}: {channels}"
                    )
            );
        }
    }

    // Without a shortcut, and with as many convolutions of as many channels, the conv stack of w = 1 has exactly the weights of a WRN block that keeps the
    // shape.
    [Fact]
    public void At_ConvStackInWrn_IsTheSameWidth()
    {
        var position = NetworkCatalog.Define("wrn-40-2", new(3, 32, 32), 10).PositionAt(18);
        var matched = OperationCatalog.Default.Parse("conv-stack(w=match)");

        Assert.Equal("conv-stack(w=1,k=3)", matched.At(position).Text);
        Assert.Equal(0, ParameterMatch.Deviation(matched, position));
        Assert.Equal(1.0, ParameterMatch.Deviation(OperationCatalog.Default.Parse("conv-stack(w=2)"), position), tolerance: 0.01);
    }

    [Fact]
    public void Indexer_MatchWithoutPosition_Throws()
    {
        var matched = OperationCatalog.Default.Parse("conv-stack(w=match)");

        Assert.Throws<InvalidOperationException>(() => matched["w"]);
        Assert.Equal(3, matched["k"]);
    }
}
