using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests;

public sealed class SchemaTests(Playground playground)
{
    public static TheoryData<string> Names => [.. Schemas.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Schema_AsPublished_IsThatOfTheTypes(string name)
    {
        string actual = Path.Combine(AppContext.BaseDirectory, $"{name}.actual.json");
        File.WriteAllText(actual, Schemas.Of(name));

        Assert.True(
            File.ReadAllText(Schemas.PathOf(name)) == Schemas.Of(name),
            $"docs/schemas/{name}.schema.json is not what the program writes; {actual} is."
        );
    }

    [Fact]
    public async Task StudyJson_FitsItsSchema() => Schemas.Check("study-1", await playground.FinishedStudyAsync());

    [Fact]
    public async Task Check_FieldOfAnotherType_Fails()
    {
        string json = (await playground.FinishedStudyAsync()).Replace("\"state\": \"done\"", "\"state\": 1", StringComparison.Ordinal);

        Assert.Throws<Xunit.Sdk.TrueException>(() => Schemas.Check("study-1", json));
    }
}
