using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests.Commands;

/// <summary><c>--csv</c> on the workspace of <see cref="OldWorkspaceTests"/>.</summary>
[Collection("studies")]
public sealed class ShowTablesTests
{
    [Fact]
    public async Task Csv_Study_HoldsEachTrialOnceWithTheNumbersOfTheJson()
    {
        using var study = await DocumentAsync("csv-study", "study.json", "study");
        var cells = study.RootElement.GetProperty("cells").EnumerateArray().ToList();
        var expected = cells.SelectMany(c => c.GetProperty("trials").EnumerateArray()).DistinctBy(t => t.GetProperty("key").GetString())
            .ToDictionary(t => t.GetProperty("key").GetString()!, t => t.GetProperty("accuracy").GetDouble());

        var trials = Read("csv-study-tables/trials.csv");

        Assert.Equal(expected, trials.ToDictionary(t => t["key"], t => double.Parse(t["accuracy"], CultureInfo.InvariantCulture)));
        Assert.Single(Read("csv-study-tables/cells.csv"), c => c["operation"] == "teacher");
        Assert.Contains(Read("csv-study-tables/cells.csv"), c => c["operation"] == "conv-stack(w=1,k=3)"); // a name with a comma
    }

    [Fact]
    public async Task Csv_Acceleration_HoldsEachNetwork()
    {
        using var acceleration = await DocumentAsync("csv-acceleration", "acceleration.json", "acceleration");

        Assert.Equal(
            acceleration.RootElement.GetProperty("networks").EnumerateArray().Select(n => n.GetProperty("name").GetString()),
            Read("csv-acceleration-tables/networks.csv").Select(n => n["network"]));
    }

    [Fact]
    public async Task Csv_EveryColumn_StandsInTheDictionary()
    {
        using var study = await DocumentAsync("csv-dictionary", "study.json", "study");
        var dictionary = Read("csv-dictionary-tables/dictionary.csv").GroupBy(r => r["table"]).ToDictionary(g => g.Key, g => g.Select(r => r["column"]));

        var tables = Directory.EnumerateFiles("csv-dictionary-tables").Select(f => Path.GetFileNameWithoutExtension(f)).Where(t => t != "dictionary").ToList();
        Assert.Equal(tables.Order(), dictionary.Keys.Order());
        Assert.All(tables, table => Assert.Equal(File.ReadLines($"csv-dictionary-tables/{table}.csv").First().Split(','), dictionary[table]));
        Assert.All(Read("csv-dictionary-tables/dictionary.csv"), row => Assert.NotEmpty(row["meaning"]));
    }

    [Fact]
    public async Task Csv_DirectoryOfOtherTables_IsRefusedBeforeAnythingIsSaid()
    {
        string workspace = OldWorkspaceTests.Copy("csv-foreign");
        Directory.CreateDirectory("csv-foreign-tables");
        await File.WriteAllTextAsync("csv-foreign-tables/other.csv", "a,b", TestContext.Current.CancellationToken);

        var result = await InProcess.RunAsync($"show study 2f23c3 --csv csv-foreign-tables --workspace {workspace}");

        Assert.Equal(
            (2, "", "error: csv-foreign-tables holds tables of something else ('other.csv'); name another directory."),
            (result.Code, result.Output, result.Error.TrimEnd()));
    }

    // Writes the tables of a job of the fixture.
    private static async Task<JsonDocument> DocumentAsync(string name, string file, string key)
    {
        string workspace = OldWorkspaceTests.Copy(name);
        using var before = JsonDocument.Parse(await File.ReadAllTextAsync(OldWorkspaceTests.Fixture(file), TestContext.Current.CancellationToken));
        string id = before.RootElement.GetProperty(key).GetString()!;
        var written = await InProcess.RunAsync($"show study {id} --csv {name}-tables --workspace {workspace}");
        Assert.True(written.Code == 0, written.Error);
        return JsonDocument.Parse((await InProcess.RunAsync($"show study {id} --json --workspace {workspace}")).Output);
    }

    private static List<Dictionary<string, string>> Read(string path)
    {
        using var reader = new CsvReader(new StreamReader(path), CultureInfo.InvariantCulture);
        reader.Read();
        reader.ReadHeader();
        var rows = new List<Dictionary<string, string>>();
        while (reader.Read())
        {
            rows.Add(reader.HeaderRecord!.ToDictionary(column => column, column => reader.GetField(column)!));
        }

        return rows;
    }
}
