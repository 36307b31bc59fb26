using Graft.Engine.Postgres;

namespace Graft.Tests.Engine.Postgres;

public sealed class PostgresStoreTests
{
    [Theory]
    [InlineData("Host=db;Database=graft")]
    [InlineData("postgres://db/graft")]
    [InlineData("postgresql://db:5432/graft")]
    public void Parse_HostAndDatabase_IsNamed(string text) => Assert.Equal("db:5432/graft", PostgresStore.Parse(text).Name);

    [Fact]
    public void Parse_Uri_TakesUserPortAndKeywords()
    {
        var store = PostgresStore.Parse("postgres://ann%40lab@db:6000/mygraft?Search%20Path=mine");

        Assert.Equal("Host=db;Database=mygraft;Port=6000;Username=ann@lab;Search Path=mine", store.Text);
        Assert.Equal(("db:6000/mygraft (mine)", "mygraft", "mine"), (store.Name, store.Database, store.Schema));
    }

    [Theory]
    [InlineData("Host=db;Database=graft;Password=hunter2")]
    [InlineData("postgres://ann:hunter2@db/graft")]
    public void Parse_Password_IsRefusedAndNotShown(string text)
    {
        var error = Assert.Throws<ConfigurationException>(() => PostgresStore.Parse(text));

        Assert.Contains("PGPASSWORD", error.Message);
        Assert.DoesNotContain("hunter2", error.ToString());
    }

    [Theory]
    [InlineData("graft.db", "Host=db;Database=graft")]
    [InlineData("mysql://db/graft", "'mysql' is no kind of store")]
    [InlineData("Host=db", "names no database")]
    [InlineData("Database=graft", "names no host")]
    [InlineData("Host=db;Database=graft;Colour=red", "olour")]
    public void Parse_Other_SaysWhatToWrite(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => PostgresStore.Parse(text)).Message);
}
