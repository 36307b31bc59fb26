using Graft.Data;

namespace Graft.Tests.Data;

public sealed class DataCatalogTests
{
    public static TheoryData<string> Names => [.. DataCatalog.All.Select(entry => entry.Name)];

    [Fact]
    public void All_NamesAndDirectories_AreUnique()
    {
        Assert.Distinct(DataCatalog.All.Select(entry => entry.Name));
        Assert.Distinct(DataCatalog.All.Select(entry => entry.Directory));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Get_EveryEntry_IsConsistent(string name)
    {
        var entry = DataCatalog.Get(name);

        Assert.True(entry.ClassNames.Count >= 2);
        Assert.Distinct(entry.ClassNames);
        entry.Normalization.RequireChannels(entry.Shape);
        Assert.NotEmpty(entry.Licence);
        Assert.NotEmpty(entry.Citation);
        Assert.True(entry.ArchiveLimit is null || entry.Files.Count == 1, "An archive is one file.");
        Assert.All(entry.Files, file =>
        {
            Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
            Assert.EndsWith($"/{file.Name}", file.Url.AbsolutePath);
            Assert.True(file.Bytes > 0 && file.Bytes < (file.ContentBytes ?? long.MaxValue));
        });
    }
}
