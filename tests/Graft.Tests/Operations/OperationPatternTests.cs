using Graft.Operations;

namespace Graft.Tests.Operations;

public class OperationPatternTests
{
    [Theory]
    [InlineData("conv-stack(*)", 40)]
    [InlineData("conv-stack(w=2,*)", 4)]
    [InlineData("conv-stack(w=*,k=3)", 10)]
    [InlineData("conv-stack(w=5,*)", 4)] // a value need not be one of the pool's
    [InlineData("conv-*", 1)] // defaults
    [InlineData("inverted-residual(k=5,*)", 9)]
    [InlineData("inverted-residual(e=*)", 3)] // no squeeze-excite: its default
    [InlineData("*residual(*)", 27 + 27 + 40)]
    [InlineData("*(k=7,*)", 2 * 9 + 4 * 10)] // seven is a possible kernel of inverted residuals, too
    [InlineData("*(se=*,*)", 54)]
    [InlineData("lana", 216)]
    public void ParseList_Pattern_StandsForSoMany(string pattern, int count) => Assert.Equal(count, OperationCatalog.Default.ParseList([pattern]).Count);

    [Fact]
    public void ParseList_Pattern_KeepsTheOrderOfThePool() => Assert.Equal(
        ["conv-stack(w=2,k=1)", "conv-stack(w=2,k=3)", "conv-stack(w=2,k=5)", "conv-stack(w=2,k=7)"],
        OperationCatalog.Default.ParseList(["conv-stack( w = 2 , * )"]).Select(o => o.Text));

    [Fact]
    public void ParseList_PatternsThatOverlap_NameEachOperationOnce() =>
        Assert.Equal(40 + 10, OperationCatalog.Default.ParseList(["conv-stack(*)", "conv-stack(w=*,k=3)", "residual(w=*,k=3)"]).Count);

    [Theory]
    [InlineData("conv-stak(*)", "No operation is called like 'conv-stak' in 'conv-stak(*)'. Did you mean 'conv-stack'?")]
    [InlineData("conv-stack(x=3,*)", "Operation 'conv-stack' has no parameter 'x'. It has: w (hidden channels / output channels), k (kernel size).")]
    [InlineData("conv-stack(k=4,*)", "Operation 'conv-stack': k=4 is out of range; k (kernel size) is 1, 3, 5 or 7.")]
    [InlineData("conv-stack(k=3,k=*)", "Operation 'conv-stack': parameter 'k' is given twice.")]
    [InlineData(
        "*residual(q=1,*)",
        "No operation matches '*residual(q=1,*)': none of inverted-residual, fused-inverted-residual, residual has such parameters."
    )]
    [InlineData(
        "conv-stack(*",
        "'conv-stack(*' is not a pattern of operations. Write it like 'conv-stack(*)', 'conv-stack(w=2,*)', 'conv-stack(w=*,k=3)' or '*residual(*)'."
    )]
    public void ParseList_WrongPattern_SaysWhatIsWrong(string pattern, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => OperationCatalog.Default.ParseList([pattern])).Message);
}
