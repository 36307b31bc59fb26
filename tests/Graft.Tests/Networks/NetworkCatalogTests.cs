using Graft.Networks;

namespace Graft.Tests.Networks;

public sealed class NetworkCatalogTests
{
    [Theory]
    [InlineData("wrn-16-2", "wrn-10-1 wrn-10-2 wrn-16-1")]
    [InlineData("wrn-10-1", "")]
    [InlineData("resnet-20", "resnet-8 resnet-14")]
    [InlineData("resnet-8", "")]
    public void SmallerThan_Name_GivesTheFamilysShallowerAndNarrowerOnes(string name, string smaller) =>
        Assert.Equal(smaller.Split(' ', StringSplitOptions.RemoveEmptyEntries), NetworkCatalog.SmallerThan(name));
}
