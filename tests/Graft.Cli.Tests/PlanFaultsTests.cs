using Graft.Cli.Tests.Support;

namespace Graft.Cli.Tests;

public sealed class PlanFaultsTests
{
    [Theory]
    [InlineData("sedes: 3", "1: unknown key 'sedes'. Did you mean 'seeds'?")]
    [InlineData("network: wrn-10-1\nteacher:\n  recipe: { learningRte: 1 }", "3: unknown key 'teacher.recipe.learningRte'. Did you mean 'learningRate'?")]
    [InlineData("seeds: x\nprecision:\n", "1: seeds is 'x'; it must be a whole number. PLAN:2: precision is empty; it must be a text.")]
    [InlineData("teacher: 3", "1: teacher is '3'; it must be a section of keys.")]
    [InlineData("trial:", "1: trial is empty; it must be a section of keys.")]
    [InlineData("epochs: [1, x]", "1: epochs is [1, x]; it must be a whole number or a list of them.")]
    [InlineData(
        "trial: { learningRate: NaN, momentum: Infinity }",
        "1: trial.learningRate is 'NaN'; it must be a number. PLAN:1: trial.momentum is 'Infinity'; it must be a number."
    )]
    [InlineData("epochs: { a: 1 }", "1: epochs is a section of keys; it must be a whole number or a list of them.")]
    [InlineData("positions: [[1]]", "1: positions is a list of lists or sections; it must be a name or a list of them.")]
    [InlineData(
        "trial: { learningRate: fast, augmentation: { flip: maybe } }",
        "1: trial.learningRate is 'fast'; it must be a number. PLAN:1: trial.augmentation.flip is 'maybe'; it must be true or false."
    )]
    [InlineData(
        "network: [a\n",
        "2: this is not YAML (While parsing a flow sequence, did not find expected ',' or ']'). Look at the indentation and the quotes there."
    )]
    [InlineData("seeds: 1\nseeds: 2", "2: Duplicate key seeds")]
    public async Task Study_PlanOfWrongForm_NamesLineAndKey(string yaml, string expected) => Assert.Equal($"error: PLAN:{expected}", await ErrorOf(yaml));

    [Theory]
    [InlineData("")]
    [InlineData("- a\n- b")]
    [InlineData("just words")]
    public async Task Study_FileIsNoPlan_SaysWhatAPlanIs(string yaml) =>
        Assert.Equal("error: PLAN is not a plan: expected one document of keys and values, like 'network: wrn-16-2'.", await ErrorOf(yaml));

    [Fact]
    public async Task Study_SeveralValuesOutOfRange_NamesThemAll() =>
        Assert.Equal(
            "error: The plan has 5 faults: (1) epochs is []; it must list numbers from 1 to 100000. (2) seeds is 0; it must be from 1 to 1000. (3) heldOut.fraction is 3; it must be from 0 to 0.5. "
                + "(4) trial.batchSize is 0; it must be from 1 to 65536. (5) trial.momentum is 2; it must be from 0 to below 1.",
            await ErrorOf("seeds: 0\nepochs: []\ntrial: { batchSize: 0, momentum: 2 }\nheldOut: { fraction: 3 }")
        );

    [Fact]
    public async Task Study_WeightsAreNull_AreTakenAsNotGiven()
    {
        string error = await ErrorOf("teacher: { weights: }\nseeds: 0");

        Assert.Equal("error: seeds is 0; it must be from 1 to 1000.", error);
    }

    [Theory]
    [InlineData("error: 'trial.learningRate=nan': trial.learningRate is 'nan'; it must be a number.", "--set", "trial.learningRate=nan")]
    [InlineData("error: 'seed=3': unknown key 'seed'. Did you mean 'seeds'?", "--set", "seed=3")]
    [InlineData("error: seeds is 0; it must be from 1 to 1000.", "--set", "seeds=0")]
    [InlineData(
        "error: --set seeds=2 does nothing: by what else is given it is 3. Leave out one of the two.",
        "--set", "precision=fp32", "--set", "seeds=2", "--seeds", "3"
    )]
    [InlineData(
        "error: The plan has 2 faults: (1) 'sed=3': unknown key 'sed'. Did you mean 'seeds'? (2) 'epochs=x': epochs is 'x'; it must be a whole number or a list of them.",
        "--set", "sed=3", "--set", "epochs=x"
    )]
    [InlineData("error: --set cannot give what --data gives, which decides defaults as well: write --data.", "--set", "data=cifar100")]
    public async Task Study_SetOfWhatCannotBe_IsRefused(string expected, params string[] options)
    {
        var result = await InProcess.RunAsync(["study", "--dry-run", .. options]);

        Assert.Equal((2, "", expected), (result.Code, result.Output, result.Error.TrimEnd()));
    }

    private static async Task<string> ErrorOf(string yaml)
    {
        string path = $"{Guid.NewGuid():N}.yaml";
        await File.WriteAllTextAsync(path, yaml, TestContext.Current.CancellationToken);
        var result = await InProcess.RunAsync("study", "--dry-run", "--plan", path);
        Assert.Equal((2, ""), (result.Code, result.Output));
        return result.Error.TrimEnd().Replace(path, "PLAN");
    }
}
