namespace Graft.Report.Tests;

public sealed class OperationOrderTests
{
    [Fact]
    public void Merge_NewOperation_GoesBehindItsPredecessor()
    {
        Assert.Equal(["a", "b", "c", "d"], OperationOrder.Merge([["a", "c"], ["a", "b", "c", "d"]]));
    }

    [Fact]
    public void Merge_NewOperationInFront_StaysInFront()
    {
        Assert.Equal(["a", "b"], OperationOrder.Merge([["b"], ["a", "b"]]));
    }

    [Fact]
    public void Merge_SequencesThatContradict_KeepsEveryOperationOnce()
    {
        Assert.Equal(["a", "b"], OperationOrder.Merge([["a", "b"], ["b", "a"]]));
    }

    [Fact]
    public void Merge_Nothing_IsEmpty()
    {
        Assert.Empty(OperationOrder.Merge([]));
    }
}
