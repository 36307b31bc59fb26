using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Tests.Engine.Local;

namespace Graft.Tests.Jobs.Accelerations;

public sealed class AccelerationPlanFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Presets => [.. AccelerationPlanFile.Presets];

    [Theory]
    [MemberData(nameof(Presets))]
    public void ToYaml_Preset_IsReadBackAsItWas(string preset)
    {
        var plan = AccelerationPlanFile.LoadPreset(preset);
        string text = AccelerationPlanFile.ToYaml(plan);

        plan.Validate();
        Assert.Equal(text, AccelerationPlanFile.ToYaml(Load(text)));
    }

    // Plans from before the search name the recipe's rate.
    [Theory]
    [InlineData("network: wrn-16-2", "auto", 0.1)]
    [InlineData("fineTuning: { recipe: { learningRate: 0.03 } }", "0.03", 0.03)]
    [InlineData("fineTuning: { learningRate: auto, recipe: { learningRate: 0.03 } }", "auto", 0.03)]
    [InlineData("fineTuning: { learningRate: 0.02, recipe: { learningRate: 0.03 } }", "0.02", 0.02)]
    public void Load_LearningRateOfFineTuning_IsSearchedUnlessGiven(string yaml, string rate, double resolved)
    {
        var tuning = Load(yaml).FineTuning;

        Assert.Equal((rate, resolved, rate == "auto"), (tuning.LearningRate, tuning.Resolved.LearningRate, tuning.Search is not null));
    }

    [Fact]
    public void Load_Budgets_AreNumbers() => Assert.Equal([0.35, 0.7], Load("fineTuning: { budgets: [0.35, 0.7] }").FineTuning.Budgets);

    [Theory]
    [InlineData("fineTuning: { budgets: [half] }", "fineTuning.budgets is [half]; it must be a number or a list of them.")]
    [InlineData("fineTuning: { budget: 0.5 }", "unknown key 'fineTuning.budget'. Did you mean 'budgets'?")]
    public void Load_Fault_SaysWhatAndWhere(string yaml, string fault) =>
        Assert.EndsWith(fault, Assert.Throws<ConfigurationException>(() => Load(yaml)).Message);

    [Theory]
    [InlineData("latency: { roundSeconds: -1 }", "latency.roundSeconds is -1; it must be from 0 (rounds follow at once) to 3600.")]
    [InlineData("latency: { roundSeconds: .nan }", "latency.roundSeconds is NaN; it must be from 0 (rounds follow at once) to 3600.")]
    [InlineData("fineTuning: { budgets: [0.5, 0] }", "fineTuning.budgets has 0; each must be above 0, up to 10: a part of the teacher's latency.")]
    [InlineData("fineTuning: { budgets: [.nan] }", "fineTuning.budgets has NaN; each must be above 0, up to 10: a part of the teacher's latency.")]
    [InlineData("fineTuning: { budgets: -.inf }", "fineTuning.budgets has -Infinity; each must be above 0, up to 10: a part of the teacher's latency.")]
    [InlineData("fineTuning: { randomArchitectures: -1 }", "fineTuning.randomArchitectures is -1; it must be from 0 to 1000.")]
    [InlineData("spans: 0", "spans is 0; it must be from 1 (single positions alone) to 16.")]
    [InlineData("fineTuning: { learningRate: fast }", "fineTuning.learningRate is 'fast'; it must be auto, or a number above 0, up to 100.")]
    [InlineData("refinement: { images: 0 }", "refinement.images is 0; it must be at least 1.")]
    [InlineData("refinement: { epochs: 0 }", "refinement.epochs is 0; it must be from 1 to 1000.")]
    [InlineData("fineTuning: { repair: { images: 0 } }", "fineTuning.repair.images is 0; it must be at least 1.")]
    [InlineData("fineTuning: { smallerNetworkEpochs: 0 }", "fineTuning.smallerNetworkEpochs is 0; it must be from 1 to 100000.")]
    [InlineData(
        "selection: { maxParameters: -5 }",
        "selection.maxParameters is -5 and maxMultiplyAccumulates left out; each must be at least 1, or left out."
    )]
    [InlineData(
        "{ spans: 0, selection: { budget: 2 } }",
        "The plan has 2 faults: (1) spans is 0; it must be from 1 (single positions alone) to 16. (2) the budget '2' is above the teacher's own latency, which is 1; write '2ms' for milliseconds, or a part like 0.5."
    )]
    public void Validate_Fault_IsNamed(string yaml, string fault) =>
        Assert.Equal(fault, Assert.Throws<ConfigurationException>(() => Load(yaml).Validate()).Message);

    public void Dispose() => _directory.Dispose();

    private AccelerationPlan Load(string yaml)
    {
        string path = _directory.File("plan.yaml");
        File.WriteAllText(path, yaml);
        return AccelerationPlanFile.Load(path);
    }

    [Theory]
    [InlineData("0.25", 0.25, "  roundSeconds: 0.25\n")]
    [InlineData("2.5", null, "")]
    public void ToYaml_SecondsOfARound_AreNamedWhereTheyAreNotTheDefault(string text, double? seconds, string line)
    {
        var plan = Load($"latency: {{ roundSeconds: {text} }}");

        Assert.Equal(seconds, plan.Latency.RoundSeconds);
        Assert.Contains($"  maxRounds: 41\n{line}  precision: 0.03\n", AccelerationPlanFile.ToYaml(plan).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.003", "fineTuning.recipe.learningRate=0.003")]
    [InlineData("0.003", "fineTuning={recipe: {learningRate: 0.003}}")]
    [InlineData("auto", "fineTuning.recipe.learningRate=0.003", "fineTuning.learningRate=auto")]
    public void With_RateOfTheRecipe_IsTheRateUnlessItIsSaid(string expected, params string[] settings) =>
        Assert.Equal(expected, AccelerationPlanFile.With(new AccelerationPlan(), PlanSettings.Parse(settings)).FineTuning.LearningRate);
}
