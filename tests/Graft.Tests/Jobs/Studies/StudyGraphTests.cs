using Graft.Data;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Networks;
using Graft.Operations;
using Graft.Steps;
using Graft.Tests.Training;

namespace Graft.Tests.Jobs.Studies;

/// <summary>Three positions of wrn-10-1, of which the last two change the shape, with the study's seven candidates, two lengths and two seeds.</summary>
public sealed class StudyGraphTests
{
    private static readonly StudyPlan Plan = SmallStudy.Plan with { Positions = ["all"], Operations = ["seed"], Epochs = [2, 1], Seeds = 2 };

    // Names, shapes and labels, but no pixel is ever looked at.
    private static readonly ImageData Data = GeneratedData.Create(train: 4, test: 4);

    private static readonly StudyGraph Graph = Create(Plan);

    [Fact]
    public void Create_ThreePositionsOfSevenCandidates_HasACellForEachLengthOfEachThatIsAvailable()
    {
        Assert.Equal(((3 * 7) - 2) * 2, Graph.Cells.Count);
        Assert.All(Graph.Cells, cell => Assert.Equal([1, 2], cell.Trials.Select(t => t.Seed)));
    }

    [Fact]
    public void Create_PositionsThatChangeTheShape_HaveNoIdentityAndSayWhy() => Assert.Equal(
        [
            new(2, "identity", "identity cannot change the shape, and position 2 turns 16x8x8 into 32x4x4"),
            new(3, "identity", "identity cannot change the shape, and position 3 turns 32x4x4 into 64x2x2"),
        ],
        Graph.Unavailable);

    // In lines of progress nothing else tells them apart.
    [Theory]
    [InlineData(null)]
    [InlineData("cka")]
    public void TitleAmong_AnyStep_IsItsOwn(string? measure)
    {
        var graph = SmallStudy.Graph(SmallStudy.Plan with { Seeds = 2, Predictors = new() { Measures = measure is null ? null : [measure] } });
        var steps = graph.Steps.ToDictionary(s => s.Key);

        string[] titles = [.. steps.Values.Select(s => s.TitleAmong(steps.GetValueOrDefault))];

        Assert.Equal(titles.Distinct(), titles);
        Assert.Contains($"{measure ?? "predictors"} of conv-stack(w=1,k=3) at 1, seed 2", titles);
    }

    [Fact]
    public void Create_Distillations_AreOneForEachCandidatePositionAndSeed()
    {
        Assert.Equal(5 * 3 * 2, Graph.Distillations.Count);
        Assert.DoesNotContain(Graph.Distillations, d => d.Operation is "teacher" or "identity");
        Assert.Single(Graph.Distillations.Select(BuiltInKinds.Create().Find("distillation").GroupOf).Distinct());
    }

    [Fact]
    public void Create_RunsAlone_HaveTheUnchangedNetworkToCompareWith()
    {
        var graph = Create(Plan with { Network = "wrn-16-1", Positions = ["3-4"], Operations = ["teacher", "conv-stack"] });

        Assert.Equal([1, 2], graph.Cells.Where(c => c.IsUnchanged).Select(c => c.Epochs).Order());
        Assert.All(graph.Cells.Where(c => !c.IsUnchanged), c => Assert.Equal(new Place(3, 4), c.Position));
        Assert.Equal(3 * 2, graph.Cells.Count); // its own block and the stack for the run, and the network as it is, of two lengths
    }

    [Fact]
    public void Create_TrialsOfTheTeacher_AreSharedByAllPositions()
    {
        var shared = Graph.Cells.Where(c => c.Operation == "teacher").SelectMany(c => c.Trials).Distinct().ToList();

        Assert.Equal(2 * 2, shared.Count);
        Assert.All(shared, trial => Assert.Equal((true, null), (trial.Place.IsNone, trial.Distillation)));
    }

    [Fact]
    public void Create_FrozenRest_SharesTheDistillationAndHasATrialOfItsOwn()
    {
        var graph = Create(Plan with { Operations = ["residual", "residual+frozen-rest"], Positions = ["1"] });

        Assert.Equal(2, graph.Distillations.Count);
        Assert.All(graph.Cells.GroupBy(c => c.Epochs), length => Assert.Single(length.Select(c => c.Trials[0].Distillation).Distinct()));
        Assert.Equal(2 * 2 * 2, graph.Trials.Count);
    }

    [Fact]
    public void Create_Predictors_AddStepsAndAnIdentifierButChangeNoOther()
    {
        var data = GeneratedData.Create();
        var graph = Create(Plan, data);
        var measured = Create(Plan with { Predictors = new() { Images = 4, BatchSize = 2 } }, data);

        Assert.DoesNotContain("predictors", PlanFile.ToYaml(Plan));
        Assert.NotEqual(graph.Id, measured.Id);
        Assert.Equal(graph.Steps.Select(s => s.Key), measured.Steps.Where(s => s is not (PredictorStep or SimilarityStep)).Select(s => s.Key));
        Assert.Equal((5 * 3 * 2) + 1, measured.Predictors.Count); // the identity has nothing to learn: one for both seeds
        Assert.Equal([1 + 1 + (5 * 2), 1 + (5 * 2), 1 + (5 * 2)], measured.Similarities.Select(s => s.Candidates.Count));
    }

    [Fact]
    public void Create_FewerImagesHeldOutThanPredictorsAskFor_SaysSo() => Assert.Equal(
        "predictors.images is 5, but 4 of 40 training images are held out (heldOut.fraction 0.1). Lower the one or raise the other.",
        Assert.Throws<ConfigurationException>(() => Create(Plan with { Predictors = new() { Images = 5 } }, GeneratedData.Create())).Message);

    [Fact]
    public void Create_FewerImagesHeldOutThanPredictorsTakeByDefault_TakesThoseThatThereAre()
    {
        var graph = Create(Plan with { Predictors = new() }, GeneratedData.Create());

        Assert.Equal((4, 2), (graph.Plan.Predictors!.Images, graph.Plan.Predictors.BatchSize));
        Assert.All(graph.Measures, measure => Assert.Equal(4, measure.Recipe.Images));
    }

    [Fact]
    public void Create_Trials_AreOneForEachCellAndSeedButForTheTeachers() =>
        Assert.Equal((((5 * 3) + 1) * 2 * 2) + (2 * 2), Graph.Trials.Count);

    [Fact]
    public void Trials_Order_IsFirstSeedsFirstThenShortLengthsFirst() => Assert.Equal(
        [(1, 1), (1, 2), (2, 1), (2, 2)],
        Graph.Trials.Select(t => (t.Seed, t.Epochs)).Aggregate(new List<(int, int)>(), (seen, next) => seen.LastOrDefault() == next ? seen : [.. seen, next]));

    [Fact]
    public void Steps_Order_PutsEveryNeedBeforeTheStepThatHasIt()
    {
        var before = new HashSet<string>();

        Assert.All(Graph.Steps, step =>
        {
            Assert.Subset(before, step.Needs.ToHashSet());
            before.Add(step.Key);
        });
        Assert.Equal(before.Count, Graph.Steps.Count);
    }

    [Fact]
    public void Create_CostOfACell_IsThatOfTheNetworkWithItsOperation() => Assert.All(Graph.Cells, cell =>
    {
        using var network = new Network(Graph.Network);
        using var layers = new Graft.Operations.LayerFactory(0);
        network.Substitute(Graph.Network.PositionAt(cell.Position), cell.Candidate, layers);
        var cost = network.Cost();

        Assert.Equal((cost.Parameters, cost.MultiplyAccumulates), (cell.Parameters, cell.MultiplyAccumulates));
    });

    [Fact]
    public void Create_EqualPlans_HaveEqualIdsAndKeys()
    {
        var again = Create(Plan with { Positions = ["3", "1", "2", "1"], Operations = ["seed", "identity"], Epochs = [2, 1, 2] });

        Assert.Equal(Graph.Id, again.Id);
        Assert.Equal(Graph.Steps.Select(s => s.Key), again.Steps.Select(s => s.Key));
    }

    public static TheoryData<string, StudyPlan> Changes => new()
    {
        { "network", Plan with { Network = "wrn-10-2" } },
        { "positions", Plan with { Positions = ["1"] } },
        { "operations", Plan with { Operations = ["teacher"] } },
        { "epochs", Plan with { Epochs = [1] } },
        { "seeds", Plan with { Seeds = 3 } },
        { "held out", Plan with { HeldOut = new() { Fraction = 0.2 } } },
        { "teacher", Plan with { Teacher = Plan.Teacher with { Seed = 1 } } },
        { "distillation", Plan with { Distillation = Plan.Distillation with { LearningRate = 0.01 } } },
        { "trial", Plan with { Trial = Plan.Trial with { WeightDecay = 0 } } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Create_AnythingThatDecidesAResult_ChangesTheId(string what, StudyPlan plan) => Assert.False(Graph.Id == Create(plan).Id, what);

    [Fact]
    public void Create_OtherDataOrPrecision_ChangesTheId()
    {
        Assert.NotEqual(Graph.Id, StudyGraph.Create(Plan, Data with { Fingerprint = new('f', 64) }, Precision.Float32, null).Id);
        Assert.NotEqual(Graph.Id, StudyGraph.Create(Plan, Data, Precision.BFloat16, null).Id);
    }

    [Fact]
    public void Create_SameDataUnderAnotherName_KeepsTheId() => Assert.Equal(Graph.Id, Create(Plan with { Data = "/somewhere/else" }).Id);

    [Fact]
    public void Create_ImportedTeacher_DependsOnItsContentAlone()
    {
        var here = StudyGraph.Create(Plan with { Teacher = Plan.Teacher with { Weights = "here" } }, Data, Precision.Float32, "abc");
        var there = StudyGraph.Create(Plan with { Teacher = Plan.Teacher with { Weights = "there" } }, Data, Precision.Float32, "abc");
        var other = StudyGraph.Create(Plan with { Teacher = Plan.Teacher with { Weights = "here" } }, Data, Precision.Float32, "abd");

        Assert.IsType<ImportStep>(here.Teacher);
        Assert.Equal(here.Id, there.Id);
        Assert.NotEqual(here.Id, other.Id);
    }

    [Fact]
    public void Create_ImportedTeacher_DoesNotDependOnHowOneWouldBeTrained()
    {
        var plan = Plan with { Teacher = Plan.Teacher with { Weights = "here" } };
        var other = plan with { Teacher = plan.Teacher with { Epochs = 77, Recipe = new() } };

        Assert.Equal(
            StudyGraph.Create(plan, Data, Precision.Float32, "abc").Id,
            StudyGraph.Create(other, Data, Precision.Float32, "abc").Id);
    }

    [Theory]
    [InlineData("first", "'first' is not a position: positions of wrn-10-1 are 1 to 3 or their paths like block1.layer.0, runs of them like 1-2, or 'all'.")]
    [InlineData("4", "wrn-10-1 has no position 4: its positions are 1 to 3.")]
    public void Create_WrongPosition_SaysWhichThereAre(string position, string message) => Assert.Equal(
        message,
        Assert.Throws<ConfigurationException>(() => Create(Plan with { Positions = [position] })).Message);

    [Fact]
    public void Create_NoPosition_AsksForOne() => Assert.Equal(
        "No position is given. Name some, or write 'all'.",
        Assert.Throws<ConfigurationException>(() => Create(Plan with { Positions = [] })).Message);

    [Fact]
    public void Outline_OfAGraph_SurvivesJsonAndKnowsAllSteps()
    {
        var outline = StudyOutline.Of(Graph, new(2, 1, 2));

        var read = StudyOutline.FromJson(outline.ToJson());

        Assert.Equal(outline.ToJson(), read.ToJson());
        Assert.Equal(Graph.Steps.Select(s => s.Key).Order(), read.StepKeys.Order());
    }

    private static StudyGraph Create(StudyPlan plan, ImageData? data = null) => StudyGraph.Create(plan, data ?? Data, Precision.Float32, importedSha256: null);
}
