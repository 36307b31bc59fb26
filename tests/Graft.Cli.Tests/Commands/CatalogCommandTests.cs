using System.Text.Json;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

public sealed class CatalogCommandTests
{
    [Theory]
    [InlineData("catalog-networks", "catalog networks")]
    [InlineData("catalog-network", "catalog network wrn-16-1")]
    [InlineData("catalog-spans", "catalog network wrn-16-1 --operations teacher,identity,residual(w=1,k=3) --spans 2")]
    [InlineData("catalog-matched", "catalog network wrn-16-1 --operations inverted-residual(e=match),bottleneck(w=match),residual+frozen-rest")]
    [InlineData("catalog-operations", "catalog operations")]
    [InlineData("catalog-data", "catalog data")]
    [InlineData("catalog-data", "data list")]
    public async Task Catalog_ForPeople_IsAsExpected(string expected, string line)
    {
        var result = await InProcess.RunAsync(line);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Expected.Matches(expected, result.Output);
    }

    [Theory]
    [InlineData("catalog networks --json")]
    [InlineData("catalog operations --json")]
    [InlineData("catalog data --json")]
    [InlineData("data list --json")]
    public async Task Catalog_Json_IsOneListOfObjects(string line)
    {
        var result = await InProcess.RunAsync(line);

        using var document = JsonDocument.Parse(result.Output);
        Assert.NotEmpty(document.RootElement.EnumerateArray());
        Assert.All(document.RootElement.EnumerateArray(), entry => Assert.Equal(JsonValueKind.Object, entry.ValueKind));
    }

    [Theory]
    [InlineData("catalog networks", "networks")]
    [InlineData("catalog operations", "operations", "parameters")]
    [InlineData("catalog network wrn-16-1 --operations teacher,identity", "places", "costs")]
    public async Task Catalog_Csv_WritesTablesAndADictionary(string line, params string[] tables)
    {
        string directory = $"catalog-{tables[0]}";

        var result = await InProcess.RunAsync($"{line} --csv {directory} --json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(tables.Append("dictionary").Select(name => $"{directory}/{name}.csv"), JsonSerializer.Deserialize<string[]>(result.Output)!);
        Assert.All(tables, name => Assert.True(File.ReadLines($"{directory}/{name}.csv").Count() > 5));
    }

    [Theory]
    [InlineData("not-a-directory", "error: --csv is 'not-a-directory', a file; name a directory.")]
    [InlineData("not-a-directory/below", "error: --csv is 'not-a-directory/below', but ")]
    [InlineData("/proc/graft", "error: --csv is '/proc/graft', but the directory '/proc' takes no new files. Name another place.")]
    public async Task Catalog_CsvWhereNothingCanBeWritten_IsWrongUsage(string directory, string error)
    {
        await File.WriteAllTextAsync("not-a-directory", "", TestContext.Current.CancellationToken);

        var result = await InProcess.RunAsync($"catalog networks --csv {directory}");

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.StartsWith(error, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Network_Json_NamesWhatIsUnavailableAndWhy()
    {
        var result = await InProcess.RunAsync("catalog network wrn-16-1 --operations identity --json");

        using var document = JsonDocument.Parse(result.Output);
        var position = document.RootElement.GetProperty("positions")[2];
        var identity = position.GetProperty("operations")[0];
        Assert.Equal("32x16x16", position.GetProperty("output").GetString());
        Assert.Equal(JsonValueKind.Null, identity.GetProperty("parameters").ValueKind);
        Assert.Equal("identity cannot change the shape, and position 3 turns 16x32x32 into 32x16x16", identity.GetProperty("unavailable").GetString());
    }
}
