using Graft.Analysis;
using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Latency;
using Graft.Networks;
using Graft.Operations;
using Graft.Steps;
using Graft.Tests.Engine.Local;
using Graft.Tests.Jobs.Studies;

namespace Graft.Tests.Jobs.Accelerations;

public sealed class AccelerationJobTests : IDisposable
{
    internal static readonly AccelerationPlan Plan = new()
    {
        Network = SmallStudy.Plan.Network,
        Data = SmallStudy.Plan.Data,
        Operations = ["teacher", "identity", "conv-stack(w=1/4,k=1)", "residual(w=1/4,k=1)"],
        Spans = 1,
        Precision = "fp32",
        HeldOut = SmallStudy.Plan.HeldOut,
        Teacher = SmallStudy.Plan.Teacher,
        Distillation = SmallStudy.Plan.Distillation,
        Latency = new()
        {
            WarmUpRuns = 1,
            MinRounds = 31, // enough for medians that other tests beside do not turn round
            MaxRounds = 31,
            RoundSeconds = 0,
        },
        Selection = new()
        {
            Budget = "0.9",
            Solutions = 3,
            MaxOverlap = 0.9,
            Images = 30,
            RandomArchitectures = 4,
        },
        FineTuning = new()
        {
            Epochs = 1,
            LearningRate = "0.02",
            Recipe = SmallStudy.Plan.Trial,
            Opponents = false,
            RandomArchitectures = 2,
            Budgets = [0.000001, 0.95],
        },
    };

    private readonly TemporaryDirectory _directory = new();
    private readonly GraftSession _session;

    public AccelerationJobTests() => _session = GraftSession.Open(new() { Workspace = _directory.File("workspace"), Device = "cpu" });

    [Fact]
    public async Task MeasureAgain_ThatRan_MeasuresAndSelectsAnewAndKeepsTheRest()
    {
        string id = (await RunAsync(Plan)).Acceleration;
        var steps = _session.Workspace.Jobs.Find(id).Steps;

        Job(Plan).MeasureAgain();

        var pending = _session.Workspace.Steps.FindAll([.. steps]).Values.Where(s => s.State == StepState.Pending).Select(s => s.Kind);
        Assert.Equal(["latency", "latency", "selection"], pending.Order(StringComparer.Ordinal));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Job(Plan).RunAsync(cancellation: new CancellationToken(canceled: true)));
        Assert.Equal(steps.Order(), _session.Workspace.Jobs.Find(id).Steps.Order()); // what it came to before is listed until it has come as far again
        Assert.NotNull((await RunAsync(Plan)).Model);
    }

    [Fact]
    public async Task MeasureAgain_PlanThatNeverRan_ForgetsWhatAnotherMeasured()
    {
        var other = Plan with { FineTuning = Plan.FineTuning with { Epochs = Plan.FineTuning.Epochs + 1 } };
        await RunAsync(Plan);
        Assert.NotEqual(Job(Plan).Id, Job(other).Id);

        var incomplete = Job(other).MeasureAgain();

        Assert.Equal([Job(Plan).Id], incomplete);
        Assert.Equal(["latency", "latency", "selection"], Pending().Order(StringComparer.Ordinal));

        IEnumerable<string> Pending() => _session.Workspace.Steps.FindAll([.. _session.Workspace.Jobs.Find(Job(Plan).Id).Steps])
            .Values.Where(s => s.State == StepState.Pending).Select(s => s.Kind);
    }

    [Fact]
    public async Task MeasureAgain_PlanOfAnotherBudget_TheOneThatGoesByTheSameLatenciesSelectsAnewAsWell()
    {
        var other = Plan with { Selection = Plan.Selection with { Budget = "0.8" } };
        await RunAsync(Plan);
        await RunAsync(other);

        Assert.Equal([Job(Plan).Id], Job(other).MeasureAgain());
        await RunAsync(other); // measures what both go by

        Assert.Equal(JobState.Incomplete, Job(Plan).Result.State);
        var steps = _session.Workspace.Steps.FindAll([.. _session.Workspace.Jobs.Find(Job(Plan).Id).Steps]).Values;
        Assert.Equal(["latency", "selection"], steps.Where(s => s.State == StepState.Pending).Select(s => s.Kind).Order(StringComparer.Ordinal));
        Assert.Equal(JobState.Done, (await RunAsync(Plan)).State);
    }

    [Fact]
    public async Task RunAsync_ScoreWithoutAValue_SaysSoAndNotThatTheBudgetIsTooSmall()
    {
        var plan = Plan with { Selection = Plan.Selection with { Score = "zico" } }; // the variance over batches of one batch

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(plan));

        Assert.Equal(
            $"the score 'zico' has no value for any candidate in {plan.Network}, so nothing can be selected by it; choose another score, like kl-divergence.", error.Message);
        Assert.Equal((JobState.Failed, error.Message), (Job(plan).Result.State, Assert.Single(Job(plan).Result.Failures)));
    }

    [Fact]
    public void Create_RecipeThatTheSmallerNetworkIsTrainedBy_IsPartOfWhatIsAsked()
    {
        var plan = Plan with
        {
            Network = "wrn-16-1",
            Teacher = new() { Weights = "weights.safetensors", Recipe = new() { BatchSize = 17 } },
            FineTuning = Plan.FineTuning with { Baselines = true, SmallerNetworkEpochs = 3 },
        };
        var usual = plan with { Teacher = plan.Teacher with { Recipe = new() } };

        Assert.NotEqual(IdOf(usual), IdOf(plan));
        Assert.Equal(IdOf(Unasked(usual)), IdOf(Unasked(plan)));
        Assert.Equal(plan.Teacher, AccelerationPlanFile.Parse(AccelerationPlanFile.ToYaml(plan), "plan.yaml").Teacher);
        Assert.False(PlanFile.Names(AccelerationPlanFile.ToYaml(usual), "teacher", "recipe"));
        Assert.False(PlanFile.Names(AccelerationPlanFile.ToYaml(Unasked(plan)), "teacher", "recipe"));

        static AccelerationPlan Unasked(AccelerationPlan plan) => plan with { FineTuning = plan.FineTuning with { SmallerNetworkEpochs = null } };

        static string IdOf(AccelerationPlan plan) => AccelerationOutline.Create(
            plan, SmallStudy.Data, Precision.Float32, importedSha256: "0a", new("a test's machine", "ONNX Runtime", 1, 1), table: null, new(1, 1, 1)).Id;
    }

    [Fact]
    public async Task RunAsync_SmallPlan_GivesANetworkAndWhatItIsComparedWith()
    {
        var result = await RunAsync(Plan);

        Assert.Equal(
            ["teacher", "accelerated", "without distillation", "budget 0.95", "teacher or identity", "random 1", "random 2"],
            result.Networks.Select(n => n.Name)
        );
        Assert.StartsWith("budget 1E-06: no architecture is that fast; the fastest takes ", Assert.Single(result.Failures));
        Assert.All(result.Networks, network => Assert.InRange(network.Accuracy!.Value, network.AccuracyInterval!.Lower, network.AccuracyInterval.Upper));
        Assert.All(result.Networks, network => Assert.True(File.Exists(PathOf(network.Weights!))));
        Assert.True(File.Exists(PathOf(result.Model!)));
        Assert.NotEmpty(result.Solutions);
        Assert.All(result.Solutions, solution => Assert.Equal(0.0, solution.Gap));
        Assert.Contains(result.Networks[1].Operations, operation => operation != "teacher");
        Assert.All(result.Candidates.Where(c => c.Operation == "teacher"), c => Assert.Equal((0.0, 0.0), (c.Score, c.LossRise)));
        Assert.All(result.Candidates, c => Assert.True(c.KullbackLeibler > -1e-6));
        Assert.Equal([2, 3], result.Unavailable.Select(u => u.Position.First)); // the identity where the shape changes
        Assert.NotNull(result.Provenance!.Finished);
    }

    [Fact]
    public async Task RunAsync_RunsOfPositions_AreChosenAndHeldAgainstWhatElseOneCouldHave()
    {
        var plan = Plan with
        {
            Network = "wrn-16-1",
            Spans = 2,
            FineTuning = Plan.FineTuning with
            {
                LearningRate = "auto",
                Opponents = true,
                Repair = new() { Images = 16, BatchSize = 16 },
                Budgets = [],
                RandomArchitectures = 0,
            },
        };

        var result = await RunAsync(plan);

        Assert.Equal(
            ["teacher", "accelerated", "without distillation", "single positions", "teacher or identity", "greedy removal"],
            result.Networks.Take(6).Select(n => n.Name)
        );
        Assert.Empty(result.Failures);
        var runs = result.Candidates.Where(c => !c.Position.IsSingle).ToList();
        Assert.Equal(["1-2", "2-3", "3-4", "4-5", "5-6"], runs.Select(c => c.Position.ToString()).Distinct());
        Assert.DoesNotContain(runs, c => c.Operation == "identity");
        Assert.Contains(runs, c => c is { Operation: "teacher", Score: > 0 });
        Assert.All(result.Networks.Take(6), n => Assert.Equal(6, n.Places.Sum(p => p.Length)));
        Assert.Contains(result.Solutions.Concat(result.Front).Concat(result.Random).SelectMany(a => a.Places), p => !p.IsSingle);
        Assert.All(result.Networks[3].Places, p => Assert.True(p.IsSingle));
        Assert.Equal(["teacher", "identity"], result.Networks[5].Operations.Distinct().Order(StringComparer.Ordinal).Reverse());
        Assert.All(result.Networks.Take(1..6), n => Assert.NotNull(n.LearningRate));
        Assert.All(result.Networks.Take(1..6), n => Assert.NotNull(n.AccuracyRepaired));
        Assert.All(result.Networks.Take(1..6), n => Assert.NotNull(n.KeptWhatItWasGiven));
        Assert.Null(result.Order[^1].Group);
        var judged = result.Solutions.Concat(result.Front).Concat(result.Random)
            .Select(a => string.Join(' ', a.Operations.Concat(a.Places.Select(p => $"{p}"))));
        Assert.Equal(judged.Distinct().Count(), result.Order[^1].Count); // the best of a budget may be the best of another one, too
        Assert.NotNull(result.Order[^1].Accuracy);
    }

    [Fact]
    public async Task RunAsync_Refinement_DistilsOnWhatIsChosenAndTakesItWhereItIsNoWorse()
    {
        var first = Plan with { Selection = Plan.Selection with { Score = "feature-error" } };
        var plan = first with { Refinement = new() { Images = 40, Epochs = 40 } };
        var once = await RunAsync(first);

        var result = await RunAsync(plan);

        var refined = result.Candidates.Zip(once.Candidates).Where(c => c.First.IsRefined).ToList();
        Assert.NotEmpty(refined);
        Assert.All(refined, c => Assert.True(c.First.Score <= c.Second.Score && c.First.FeatureError != c.Second.FeatureError));
        Assert.All(refined, c => Assert.DoesNotContain(c.First.Operation, new[] { "teacher", "identity" }));
        Assert.All(result.Candidates.Zip(once.Candidates).Where(c => !c.First.IsRefined), c => Assert.Equal(c.Second.Score, c.First.Score));
        Assert.DoesNotContain(once.Candidates, c => c.IsRefined);
        var steps = _session.Workspace.Steps.FindAll([.. _session.Workspace.Jobs.Find(result.Acceleration).Steps]).Values;
        Assert.Equal(2, steps.Count(s => s.Kind == "selection"));
        var continued = steps.Select(s => _session.Kinds.Parse(s.Specification)).OfType<DistillationStep>().Where(s => s.Continues is not null).ToList();
        Assert.True(refined.Count <= continued.Count);
        Assert.All(continued, s => Assert.Equal((40, 40, null), (s.Recipe.Images, s.Recipe.Epochs, s.Recipe.MinSteps)));
        Assert.Equal(0, Job(plan).Estimate(TestContext.Current.CancellationToken).Seconds);
    }

    [Fact]
    public async Task RunAsync_BudgetOfTheNetworksOwnLatency_IsMetByTheNetwork()
    {
        var result = await RunAsync(Plan with { Selection = Plan.Selection with { Budget = "1" }, FineTuning = Plan.FineTuning with { Budgets = [1] } });

        Assert.All(result.Solutions[0].Operations, operation => Assert.Equal("teacher", operation));
        Assert.All(result.Networks.Single(n => n.Name == "budget 1").Operations, operation => Assert.Equal("teacher", operation));
    }

    [Fact]
    public async Task RunAsync_NothingToRefine_GoesOnToTheSelection()
    {
        var plan = Plan with { Operations = ["teacher", "identity"], Refinement = new() { Images = 40, Epochs = 1 } };

        var result = await RunAsync(plan with { FineTuning = plan.FineTuning with { Budgets = [], RandomArchitectures = 0 } });

        Assert.NotNull(result.Model);
        Assert.Equal(JobState.Done, result.State);
    }

    [Fact]
    public void Estimate_Refinement_CountsAThirdOfTheCandidatesAndASelectionMore()
    {
        var once = Job(Plan).Estimate(TestContext.Current.CancellationToken).Kinds.ToDictionary(k => k.Kind);

        var kinds = Job(Plan with { Refinement = new() }).Estimate(TestContext.Current.CancellationToken).Kinds.ToDictionary(k => k.Kind);

        Assert.Equal(once["distillation"].Steps + ((once["distillation"].Steps + 2) / 3), kinds["distillation"].Steps);
        Assert.Equal(once["score"].Steps + ((once["distillation"].Steps + 2) / 3), kinds["score"].Steps);
        Assert.Equal(once["selection"].Steps + 1, kinds["selection"].Steps);
        Assert.Equal(once["fine-tuning"].Steps, kinds["fine-tuning"].Steps);
    }

    // What versions before runs of positions stored: none of the keys that came with them.
    [Fact]
    public async Task FromJson_OutlineOfAnEarlierVersion_GivesItsResults()
    {
        var before = await RunAsync(Plan with { FineTuning = Plan.FineTuning with { NeverWorse = false } });
        var job = Job(Plan with { FineTuning = Plan.FineTuning with { NeverWorse = false } });
        var json = System.Text.Json.Nodes.JsonNode.Parse(job.Outline.ToJson())!;
        json["plan"]!.AsObject().Remove("spans");
        new[] { "learningRate", "neverWorse", "opponents" }.ToList().ForEach(key => json["plan"]!["fineTuning"]!.AsObject().Remove(key));

        var outline = AccelerationOutline.FromJson(json.ToJsonString());

        Assert.Equal(StepResults.ToJson(before.Networks), StepResults.ToJson(AccelerationResultBuilder.Build(outline, _session.Workspace).Networks));
    }

    [Fact]
    public async Task RunAsync_NetworkWithSmallerOnesAndOpponents_TrainsTheSmallerOneWithTheTeachersKnowledgeToo()
    {
        var result = await RunAsync(Plan with { Network = "wrn-10-2", FineTuning = Plan.FineTuning with { Opponents = true, Budgets = [] } });

        Assert.Equal(["wrn-10-1", "wrn-10-1 with distillation"], result.Networks.TakeLast(2).Select(n => n.Name));
        Assert.All(result.Networks.TakeLast(2), n => Assert.InRange(n.Accuracy!.Value, 0, 1));
        Assert.NotEqual(result.Networks[^1].Weights, result.Networks[^2].Weights);
        Assert.Equal(result.Networks[^1].LatencyMs, result.Networks[^2].LatencyMs);
    }

    [Fact]
    public async Task RunAsync_NetworkWithSmallerOnes_TrainsOneFromScratchAsLong()
    {
        var result = await RunAsync(Plan with { Network = "wrn-10-2" });

        var smaller = result.Networks[^1];
        Assert.Equal("wrn-10-1", smaller.Name);
        Assert.InRange(smaller.Accuracy!.Value, 0, 1);
        Assert.True(smaller.LatencyMs!.Median > 0);
        Assert.Equal((null, null), (smaller.Score, smaller.AccuracyBefore));
        var trained = _session
            .Workspace.Steps.List()
            .Select(s => _session.Kinds.Parse(s.Specification))
            .OfType<TeacherStep>()
            .Single(s => s.Network == "wrn-10-1");
        Assert.Equal(Plan.Teacher.Epochs + Plan.FineTuning.Epochs, trained.Epochs);
    }

    [Fact]
    public async Task RunAsync_Again_RunsNothingAndFindsTheSame()
    {
        var first = await RunAsync(Plan);
        var before = _session.Workspace.Steps.List();

        var second = await RunAsync(Plan);

        Assert.Equal(before, _session.Workspace.Steps.List());
        Assert.Equal(StepResults.ToJson(first), StepResults.ToJson(second));
        var stored = _session.Workspace.Jobs.Find(first.Acceleration);
        Assert.Equal(StepResults.ToJson(first), StepResults.ToJson(StoredAcceleration.Result(stored, _session.Workspace)));
    }

    [Fact]
    public async Task Estimate_BeforeAndAfter_CountsWhatIsLeft()
    {
        var before = Job(Plan with { Network = "wrn-10-2" }).Estimate(TestContext.Current.CancellationToken);
        await RunAsync(Plan with { Network = "wrn-10-2" });
        var after = Job(Plan with { Network = "wrn-10-2" }).Estimate(TestContext.Current.CancellationToken);

        Assert.Equal(
            ["architecture", "distillation", "export", "fine-tuning", "latency", "score", "selection", "teacher"],
            before.Kinds.Select(k => k.Kind).Order(StringComparer.Ordinal)
        );
        Assert.All(before.Kinds, kind => Assert.True(kind.Seconds > 0 && kind.Done == 0, kind.Kind));
        Assert.All(after.Kinds.Where(k => k.Kind is "distillation" or "score"), kind => Assert.Equal((kind.Steps, 0.0), (kind.Done, kind.Seconds)));
        Assert.Equal(before.StartSeconds + before.Kinds.Sum(k => k.Seconds), before.Seconds, tolerance: 1e-9);
        Assert.Equal(0, after.Seconds);
    }

    [Fact]
    public void Steps_BeforeAnythingRan_NamesTheTeacherOfAStudyAndAllCandidates()
    {
        var steps = Job(Plan).Steps(new NothingEnded());

        Assert.Contains(SmallStudy.Graph().Teacher.Key, steps.Select(s => s.Key));
        Assert.Equal(["latency", "teacher", "distillation", "score"], steps.Select(s => s.Kind).Distinct());
    }

    [Fact]
    public void Steps_OnLabelsAlone_LearnsNothingFromTheTeachersFeatureMapsEither()
    {
        var plan = Plan with { FineTuning = Plan.FineTuning with { Distillation = new() { Weight = 2, FeatureWeight = 3, WithoutLabels = true } } };
        var outline = Job(plan).Outline;

        Assert.Equal(new() { Weight = 0 }, FineTuningPhase.StepOf(outline, "", [], onLabelsAlone: true).Distillation);
        Assert.Equal(plan.FineTuning.Distillation, FineTuningPhase.StepOf(outline, "", [], onLabelsAlone: false).Distillation);
    }

    [Theory]
    [InlineData("wrn-10-1", true, null, null, "wrn-10-1 has no smaller one in its family")]
    [InlineData("wrn-10-1", false, null, null, null)]
    [InlineData("wrn-10-2", true, null, null, null)]
    [InlineData(
        "wrn-10-2", true, "teacher.safetensors", null,
        "the teacher's weights come from a file, so fineTuning.smallerNetworkEpochs has to say for how long one is trained"
    )]
    [InlineData("wrn-10-2", true, "teacher.safetensors", 3, null)]
    public void WhyNoSmallerNetwork_BaselinesAskedFor_SaysWhyThereIsNone(string network, bool baselines, string? weights, int? epochs, string? expected)
    {
        var plan = Plan with { Network = network, FineTuning = Plan.FineTuning with { Baselines = baselines, SmallerNetworkEpochs = epochs } };
        var outline = Job(plan).Outline with { Plan = plan with { Teacher = plan.Teacher with { Weights = weights } } };

        Assert.Equal(expected, outline.WhyNoSmallerNetwork());
    }

    [Fact]
    public void WhyNoSmallerNetwork_NetworkOfAnOnnxFile_IsThatItHasNoFamily()
    {
        var outline = Job(Plan).Outline;

        var result = AccelerationResultBuilder.Build(outline with { Plan = Plan with { Network = "onnx-0123456789ab" } }, _session.Workspace);

        Assert.Equal("a network from an ONNX file has no family of smaller ones", result.WhyNoSmallerNetwork);
    }

    [Fact]
    public async Task RunAsync_TableOfAnotherMachine_MeasuresAllNetworksHere()
    {
        var result = await RunAsync(Plan);

        Assert.NotEqual(1.0, result.Networks[0].LatencyMs!.Median); // the teacher's in the table
        Assert.Equal(result.Networks[0].LatencyMs!.Median, result.LatencyDrift, 9);
        Assert.Contains(result.Advice!.Remarks, r => r.StartsWith("Selected by latencies of a test's machine; ", StringComparison.Ordinal));
        Assert.NotEqual(result.Acceleration, AccelerationJob.Create(_session, Plan, SmallStudy.Data, table: null).Id);
    }

    [Fact]
    public async Task RunAsync_OperationsMeasuredInABadMoment_SaysSoBeforeFineTuning()
    {
        string table = _directory.File("bad moment.json");
        var told = new List<StepNews>();
        using var session = GraftSession.Open(new() { Workspace = _directory.File("workspace"), Device = "cpu", Time = new EvenTime() });
        SaveLatencies(session, Plan, table, Job(Plan).Outline.Target, smallest: 0.001); // of a network that takes 1, as long as all whole networks take here
        var job = AccelerationJob.Create(session, Plan, SmallStudy.Data, new(table, AllowForeign: false));

        var result = await job.RunAsync(new Told(told), TestContext.Current.CancellationToken);

        Assert.True(result.LatencyError > 0.15);
        Assert.Equal(result.TeacherTableMs / result.TeacherTableSumMs, result.OperationFactor, 9); // the least that leaves nothing outside operations
        var remark = Assert.Single(told, n => n.Kind == LatencyKind.KindName && n.Remark is not null);
        Assert.StartsWith("Latencies of operations, by which selection went, do not add up to those of whole networks: predictions are ", remark.Remark!);
        Assert.DoesNotContain(told.TakeWhile(n => n != remark), n => n.Kind == FineTuningKind.KindName);
        Assert.Contains(result.Advice!.Remarks, r => r.StartsWith("Latencies of operations, by which selection went, do not add up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Result_NetworkOfTwoNames_IsOneOfTheComparisons()
    {
        var plan = Plan with { FineTuning = Plan.FineTuning with { Opponents = true } };
        string own = (await RunAsync(plan)).Networks.Single(n => n.Name == AccelerationResult.Accelerated).Weights!;
        var steps = _session.Workspace.Steps;
        foreach (var step in steps.List().Where(s => steps.Outcome(s.Key) is not null).ToList())
        {
            int wrong = step.Result!.Contains(Path.GetFileName(own), StringComparison.Ordinal) ? 0 : 9; // p = 2/512
            steps.Invalidate(step.Key);
            steps.Complete(
                step.Key, step.Result, seconds: 1, TestOutcome.FromPredictions([.. Enumerable.Range(0, 100).Select(i => i < wrong ? 1 : 0)], new int[100]));
        }

        var others = Job(plan).Result.Networks.Where(n => n.Weights != own).ToList();

        int distinct = SameNetworks.Distinct(others).Count();
        Assert.InRange(distinct, 2, others.Count - 1);
        Assert.All(others, n => Assert.Equal(distinct * 2 / 512.0, n.ToAccelerated!.CorrectedPValue, 12));
    }

    [Fact]
    public async Task RunAsync_TeacherWithClassesInAnotherOrder_IsRefused_AndItsResultSaysSoFirst()
    {
        var ended = await RunAsync(Plan);
        var stored = _session.Workspace.Steps.List().Single(s => s.Kind == TeacherKind.KindName && s.Result is not null);
        var teacher = StepResults.FromJson<TeacherStepResult>(stored.Result!) with { Accuracy = 0.7, OtherOrder = "the classes are in another order." };
        _session.Workspace.Steps.Invalidate(stored.Key);
        _session.Workspace.Steps.Complete(stored.Key, StepResults.ToJson(teacher), seconds: 1);

        Assert.StartsWith("The teacher gets 33.33 % of the test images right; guessing the most frequent class gives ", ended.Advice!.Remarks[0]);
        Assert.Equal(
            ["The teacher gets 70.00 % of the test images right; the classes are in another order.", .. ended.Advice!.Remarks.Skip(1)],
            Job(Plan).Result.Advice!.Remarks);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(Plan));
        Assert.Equal("nothing is made of this teacher: the classes are in another order.", refused.Message);
    }

    [Fact]
    public void Create_WeightsOfASwappedNetwork_AreRefused()
    {
        string path = _directory.File("swapped.safetensors");
        using var network = new Network(NetworkCatalog.Define(Plan.Network, SmallStudy.Data.Train.Shape, SmallStudy.Data.ClassNames.Count));
        using var layers = new LayerFactory(1);
        network.Substitute(network.Positions[0], OperationCatalog.Default.Parse("residual(w=1/4,k=1)"), layers);
        NetworkWeights.Save(network, SmallStudy.Data.Normalization, path, SmallStudy.Data.ClassNames);

        var error = Assert.Throws<ConfigurationException>(
            () => AccelerationJob.Create(_session, Plan with { Teacher = new() { Weights = path } }, SmallStudy.Data, table: null));

        Assert.Equal(
            $"{path} is no {Plan.Network} as it is: residual(w=1/4,k=1) stands at 1. Export it as an ONNX file (graft export), and give that as the network.",
            error.Message);
    }

    [Fact]
    public void Create_MillisecondsAndATableOfAnotherMachine_AsksForAPart()
    {
        var error = Assert.Throws<ConfigurationException>(() => Job(Plan with { Selection = Plan.Selection with { Budget = "2ms" } }));

        Assert.EndsWith("Give a part of the teacher's latency, like 50%.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("90%")]
    [InlineData("0.90")]
    public void Create_SameBudgetInOtherWords_IsTheSameAcceleration(string budget) =>
        Assert.Equal(Job(Plan).Id, Job(Plan with { Selection = Plan.Selection with { Budget = budget } }).Id);

    [Fact]
    public async Task RunAsync_BudgetThatNothingMeets_SaysTheSmallestBeforeAnythingIsTrained()
    {
        var plan = Plan with { Selection = Plan.Selection with { Budget = "0.000001" } };

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(plan));

        Assert.StartsWith("No architecture is within the latency budget of 1E-06 ms: the fastest takes ", error.Message);
        Assert.Equal(["latency"], _session.Workspace.Steps.List().Where(s => s.State == StepState.Done).Select(s => s.Kind));
        Assert.Equal((JobState.Failed, error.Message), (Job(plan).Result.State, Assert.Single(Job(plan).Result.Failures)));
        Assert.NotNull((await RunAsync(Plan)).Model);
    }

    [Fact]
    public async Task RunAsync_BudgetThatNothingMeetsAfterAnother_SaysThatAllItHasWasThereBefore()
    {
        var first = (await RunAsync(Plan)).Provenance!;
        var plan = Plan with { Selection = Plan.Selection with { Budget = "0.000001" } };
        await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(plan));

        var refused = Job(plan).Result.Provenance!;

        Assert.True(refused.EarlierCoreHours > 0);
        Assert.Equal(refused.Cost.Sum(c => c.CoreHours), refused.EarlierCoreHours, tolerance: 1e-12);
        Assert.Equal(0, first.EarlierCoreHours);
    }

    [Fact]
    public async Task RunAsync_Refinement_NoTwoStepsAreCalledTheSame()
    {
        var told = new List<StepNews>();
        var plan = Plan with { Refinement = new() { Images = 40, Epochs = 1 } };

        await Job(plan).RunAsync(new Told(told), TestContext.Current.CancellationToken);

        string[] titles = [.. told.Where(n => n.Happened == StepEvent.Done).Select(n => n.Title)];
        Assert.Equal(titles.Distinct(), titles);
        Assert.Contains(titles, title => title.Contains(", distilled on, seed ", StringComparison.Ordinal));
        Assert.Contains(titles, title => title.Contains(" (selected 1", StringComparison.Ordinal));
        Assert.Contains(titles, title => title.Contains(" (accelerated", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _session.Dispose();
        _directory.Dispose();
    }

    private string PathOf(string file) => Path.Combine(_session.Workspace.Location, file);

    // With latencies that a file decides.
    internal static AccelerationJob Job(GraftSession session, AccelerationPlan plan, string table)
    {
        SaveLatencies(session, plan, table);
        return AccelerationJob.Create(session, plan, SmallStudy.Data, new(table, AllowForeign: true));
    }

    private AccelerationJob Job(AccelerationPlan plan) => Job(_session, plan, _directory.File($"{plan.Network}.json"));

    private Task<AccelerationResult> RunAsync(AccelerationPlan plan) => Job(plan).RunAsync(cancellation: TestContext.Current.CancellationToken);

    // So small a network's own latencies are mostly noise; which architectures are fast enough is decided here.
    private static void SaveLatencies(GraftSession session, AccelerationPlan plan, string path, LatencyTarget? target = null, double? smallest = null)
    {
        var milliseconds = new Dictionary<string, double>
        {
            ["teacher"] = smallest is null ? 0.3 : 5,
            ["conv-stack(w=1/4,k=1)"] = 0.1,
            ["residual(w=1/4,k=1)"] = 0.15,
        };
        var network = new NetworkCosts(SmallStudy.Data).Define(plan.Network);
        var places = network.Places(plan.Spans).Select(network.PositionAt);
        var subjects = places
            .SelectMany(position =>
                milliseconds
                    .Where(o => OperationCatalog.Default.Parse(o.Key).WhyUnavailable(position) is null)
                    .Select(o => (Subject: LatencySubject.Of(OperationCatalog.Default.Parse(o.Key), position), Ms: o.Value))
            )
            .Append((Subject: LatencySubject.Of(network), Ms: 1.0))
            .Append((Subject: LatencyKind.Call(network), Ms: 0.01))
            .Concat(SmallestOf(session, plan, network).Select(subject => (Subject: subject, Ms: smallest ?? 0.4)));
        new LatencyTable
        {
            Target = target ?? new("a test's machine", "ONNX Runtime", 1, 1),
            Entries = subjects.DistinctBy(s => s.Subject.Key).ToDictionary(
                s => s.Subject.Key, s => new LatencyEntry { Name = s.Subject.Name, SamplesMs = [.. Enumerable.Repeat(s.Ms, 6)], IsDone = true }),
        }.Save(path);
    }

    // The network that is measured among the operations.
    private static IEnumerable<LatencySubject> SmallestOf(GraftSession session, AccelerationPlan plan, NetworkDefinition network) =>
        new SelectionPhase(AccelerationJob.Create(session, plan, SmallStudy.Data, table: null).Outline).Latency.Architectures
            .Select(a => LatencySubject.Of(network, [.. a.Select(o => (o.Place, OperationCatalog.Default.Parse(o.Operation)))], "smallest"));

    // Whatever is measured takes a millisecond, on a busy machine as on a quiet one.
    private sealed class EvenTime : TimeProvider
    {
        private long _milliseconds;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Interlocked.Increment(ref _milliseconds);
    }

    private sealed class Told(List<StepNews> told) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            if (value.News is { } news)
            {
                told.Add(news);
            }
        }
    }

    private sealed class NothingEnded : IStepResults
    {
        public StoredStep? Ended(string key) => null;
    }
}
