using Graft.Data;
using Graft.Formats;
using Graft.Networks;
using Graft.Operations;
using Graft.Tests.Engine.Local;
using Graft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

public sealed class DistillerTests : IDisposable
{
    private const int Epochs = 2, BatchesPerEpoch = 3;

    private static readonly DistillationRecipe Recipe = new() { Epochs = Epochs, BatchSize = 16, Augmentation = new() { CropPadding = 1 } };

    // All of the study's candidates that have something to learn.
    private static readonly string[] Operations = [.. OperationCatalog.SeedCandidates.Where(name => name != "identity")];

    private readonly Network _teacher = Network.Create("wrn-10-1", new ImageShape(3, 8, 8), classes: 4, seed: 3);

    public DistillerTests() => set_num_threads(1);

    public static TheoryData<Precision> Precisions => [Precision.Float32, Precision.BFloat16];

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Run_SeveralEpochs_BringsEveryCandidateNearer(Precision precision)
    {
        _teacher.Precision = precision;
        var candidates = Candidates(Operations);

        var results = Distil(candidates, new(), Recipe with { Epochs = 8 });

        Assert.All(results, result =>
        {
            Assert.Null(result.Error);
            Assert.True(result.History[^1].Loss < 0.7 * result.History[0].Loss, $"{result.History[0].Loss} -> {result.History[^1].Loss}");
        });
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Run_CandidateAlone_IsBitIdenticalToOneAmongOthers(Precision precision)
    {
        _teacher.Precision = precision;
        var together = Candidates(Operations);
        var expected = Describe(together, Distil(together, new()));

        for (int i = 0; i < together.Count; i++)
        {
            IReadOnlyList<DistillationCandidate> alone = [Candidates(Operations)[i]];

            Assert.Equal([expected[i]], Describe(alone, Distil(alone, new())));
        }
    }

    [Theory]
    [InlineData(Precision.Float32, 1, new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(Precision.BFloat16, 1, new[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(Precision.Float32, 2, new[] { 2, 3 })] // two threads wait for each other, long on a busy machine
    [InlineData(Precision.BFloat16, 2, new[] { 2, 3 })]
    public void Run_CancelledAfterAnyBatchAndResumed_EndsBitIdentical(Precision precision, int threads, int[] boundaries)
    {
        set_num_threads(threads);
        _teacher.Precision = precision;
        string[] operations = ["residual(w=2,k=3)"];
        var candidates = Candidates(operations);
        var expected = Describe(candidates, Distil(candidates, new()));

        Assert.All(boundaries, batches =>
        {
            using var directory = new TemporaryDirectory();
            Assert.Throws<OperationCanceledException>(() => Distil(Candidates(operations), Context(directory, batches, out _)));
            var resumed = Candidates(operations, seed: 77);

            var results = Distil(resumed, Context(directory, int.MaxValue, out var reports));

            Assert.Equal(expected, Describe(resumed, results));
            Assert.Equal((Epochs * BatchesPerEpoch) - batches, reports.All.Count); // no batch is done twice
        });
    }

    [Fact]
    public void Run_CandidateWithWeightsNotANumber_FailsAlone()
    {
        var sound = Candidates(["conv-stack(w=2,k=3)"]);
        var expected = Describe(sound, Distil(sound, new()));
        var candidates = Candidates(["conv-stack(w=2,k=3)"]);
        var broken = Candidates(["bottleneck(w=2,k=3)"])[0];
        Fill(broken, "weight", float.NaN);

        var results = Distil([broken, .. candidates], new());

        Assert.Equal("distillation diverged: the loss is NaN in step 1; lower distillation.learningRate (0.005).", results[0].Error);
        Assert.Equal(expected, Describe(candidates, [.. results.Skip(1)]));
    }

    [Fact]
    public void Run_CandidateThatFailsOnHeldOutImagesOnly_FailsToo()
    {
        // Training normalises by the batch's own statistics and never looks at the stored ones; held-out images are normalised by these.
        var broken = Candidates(["conv-stack(w=2,k=3)"])[0];
        Fill(broken, "running_mean", float.NaN);

        var result = Assert.Single(Distil([broken], new()));

        Assert.Equal("distillation diverged: the loss on held-out images is NaN; lower distillation.learningRate (0.005).", result.Error);
    }

    [Fact]
    public void Run_FailedCandidateBesideOthers_ReportsTheLossOfTheOthers()
    {
        var broken = Candidates(["bottleneck(w=2,k=3)"])[0];
        Fill(broken, "weight", float.NaN);
        using var reports = new Reports<TrainingProgress>();

        Distil([broken, Candidates(["conv-stack(w=2,k=3)"])[1]], new() { Progress = reports });

        Assert.All(reports.All, report => Assert.True(double.IsFinite(report.Loss)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_Teacher_IsUnchangedAndInTheModeThatItWasIn(bool training)
    {
        _teacher.train(training);
        string before = TensorHash.Of(_teacher.NamedTensors());

        Distil(Candidates(["residual(w=2,k=3)"]), new());

        Assert.Equal(before, TensorHash.Of(_teacher.NamedTensors()));
        Assert.Equal(training, _teacher.training);
    }

    [Fact]
    public void Run_CopyOfTheTeachersOwnOperation_HasNoLossInEvaluationMode()
    {
        var own = Candidates(["teacher"]);
        foreach (var candidate in own)
        {
            using var _ = no_grad();
            foreach (var (from, to) in _teacher.OperationAt(candidate.Position).NamedTensors("").Zip(candidate.Operation.NamedTensors("")))
            {
                to.Tensor.copy_(from.Tensor);
            }
        }

        // A learning rate that changes no float leaves only the batch statistics to differ, which the candidates' own momentum of 0.1 hardly moves in one step.
        var results = Distil(own, new(), Recipe with { Epochs = 1, BatchSize = 64, LearningRate = 1e-30 });

        Assert.All(results, result => Assert.InRange(result.Loss, 0, 0.2));
    }

    [Fact]
    public void Run_NothingHeldOut_GivesTheLastPointsLoss()
    {
        var data = TrainingData.Create(GeneratedData.Create(), heldOut: 0, seed: 0);

        var result = Assert.Single(new Distiller(_teacher, data, Recipe, seed: 5, new()).Run([Candidates(["conv-stack(w=1,k=3)"])[0]]));

        Assert.Equal(result.History[^1].Loss, result.Loss);
    }

    [Fact]
    public void Run_PlainSquaredError_LearnsOtherValues()
    {
        var normalized = Candidates(["conv-stack(w=1,k=3)"]);
        var plain = Candidates(["conv-stack(w=1,k=3)"]);

        Distil(normalized, new());
        Distil(plain, new(), Recipe with { Normalize = false });

        Assert.NotEqual(TensorHash.Of(normalized[2].Operation.NamedTensors("")), TensorHash.Of(plain[2].Operation.NamedTensors("")));
    }

    [Fact]
    public void Run_LossCurve_EndsAtAllImages()
    {
        var results = Distil(Candidates(["conv-stack(w=1,k=3)"]), new());

        Assert.All(results, result => Assert.Equal([12, 24, 36, 48, 60, 72], result.History.Select(point => point.Images)));
    }

    [Fact]
    public void Run_ManySteps_KeepsTheNumberOfLiveTensorsLevel()
    {
        var live = new List<long>();
        using var reports = new Reports<TrainingProgress>(also: _ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount));

        Distil(Candidates(Operations), new() { Progress = reports }, Recipe with { Epochs = 5 });

        Assert.InRange(live[^1] - live[2], long.MinValue, 0);
    }

    [Fact]
    public void Run_MinSteps_GoesOnBeyondTheEpochs()
    {
        using var reports = new Reports<TrainingProgress>();

        var result = Assert.Single(Distil([Candidates(["conv-stack(w=1,k=3)"])[0]], new() { Progress = reports }, Recipe with { MinSteps = 8 }));

        Assert.Equal(8, reports.All.Count); // two epochs of three steps, and two steps of a third
        Assert.Equal([12, 24, 36, 48, 60, 72, 84, 96], result.History.Select(point => point.Images));
        Assert.All(reports.All, r => Assert.Equal(96, r.TotalImages));
    }

    [Fact]
    public void Run_MinStepsBelowTheEpochs_ChangesNothing()
    {
        var plain = Candidates(["conv-stack(w=1,k=3)"]);
        var candidates = Candidates(["conv-stack(w=1,k=3)"]);

        Assert.Equal(Describe(plain, Distil(plain, new())), Describe(candidates, Distil(candidates, new(), Recipe with { MinSteps = 6 })));
    }

    [Fact]
    public void Run_CandidateOfARun_LearnsFromItsEntryToItsExit()
    {
        using var teacher = Network.Create("resnet-14", new ImageShape(3, 8, 8), classes: 4, seed: 3);
        var run = teacher.Definition.PositionAt(new Place(1, 2));
        var single = Candidate(teacher.Positions[1], OperationCatalog.Default.Parse("residual(w=1,k=3)"), seed: 1);
        var candidate = Candidate(run, OperationCatalog.Default.Parse("residual(w=1,k=3)"), seed: 1);
        using var layers = new LayerFactory(0);
        teacher.Substitute(teacher.Positions[0], OperationCatalog.Default.Parse("identity"), layers); // entry and exit of the run are now those of position 2

        var results = new Distiller(teacher, GeneratedData.ForTraining(), Recipe, seed: 5, new()).Run([single, candidate]);

        Assert.Equal(results[0].Loss, results[1].Loss);
        Assert.Equal(TensorHash.Of(single.Operation.NamedTensors("")), TensorHash.Of(candidate.Operation.NamedTensors("")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_FromTeacher_BeginsWithItsBlockButForControls(bool beginsAfresh)
    {
        var candidates = Candidates(["teacher-reinitialized"]).Select(c => c with { BeginsAfresh = beginsAfresh }).ToList();

        // Rates that change no float: what the candidates begin with stays.
        var results = Distil(candidates, new(), Recipe with { Epochs = 1, BatchSize = 64, LearningRate = 1e-30, FromTeacher = true });

        Assert.All(results, result => Assert.Equal(!beginsAfresh, result.Loss < 0.2));
    }

    [Theory]
    [InlineData("teacher-reinitialized")] // which would begin as the teacher
    [InlineData("bottleneck(w=1,k=3)")] // which would begin as its skip
    public void Run_Weights_GoesOnFromThem(string operation)
    {
        using var directory = new TemporaryDirectory();
        var first = Candidates([operation])[1];
        double before = Assert.Single(Distil([first], new())).Loss;
        NetworkWeights.Save(first.Operation, directory.File("first.safetensors"));
        var on = Candidates([operation], seed: 7)[1] with { Weights = directory.File("first.safetensors") };

        // A rate that changes no float: what it begins with stays.
        var recipe = Recipe with { Epochs = 1, BatchSize = 64, LearningRate = 1e-30, FromTeacher = true, BeginAsSkip = true };
        double loss = Assert.Single(Distil([on], new(), recipe)).Loss;

        using var scope = NewDisposeScope();
        Assert.All(
            first.Operation.named_parameters().Zip(on.Operation.named_parameters()),
            pair => Assert.True(pair.First.parameter.equal(pair.Second.parameter).all().item<bool>()));
        Assert.InRange(loss, 0.8 * before, 1.2 * before); // but for a step of batch norm's statistics
    }

    [Fact]
    public void Run_SeedsThatBeginAlike_AreDistilledOnceAndEndTheSame()
    {
        var recipe = Recipe with { FromTeacher = true };
        var alone = OfSeed(2, "teacher-reinitialized");
        var expected = Describe([alone], Distil([alone], new(), recipe));
        var candidates = BothSeeds();

        var results = Distil(candidates, new(), recipe);

        Assert.Equal(results[0].Loss, results[1].Loss);
        Assert.Equal(expected, Describe([candidates[1]], [results[1]]));
        Assert.NotEqual(results[2].Loss, results[3].Loss); // of another build than the teacher: values by chance

        using var directory = new TemporaryDirectory();
        Assert.Throws<OperationCanceledException>(
            () => new Distiller(_teacher, GeneratedData.ForTraining(), recipe, seed: 5, Context(directory, 1, out _)).Run(BothSeeds()));
        using var checkpoint = WeightFile.Load(directory.File("checkpoint.safetensors"));
        Assert.DoesNotContain(checkpoint.Tensors.Keys, name => name.StartsWith(candidates[1].Key, StringComparison.Ordinal));

        DistillationCandidate OfSeed(int seed, string operation) =>
            Candidate(_teacher.Positions[0], OperationCatalog.Default.Parse(operation), seed) with { Key = $"{operation} of seed {seed}", Name = operation };

        List<DistillationCandidate> BothSeeds() =>
        [
            OfSeed(1, "teacher-reinitialized"), OfSeed(2, "teacher-reinitialized"), OfSeed(1, "bottleneck(w=1,k=3)"), OfSeed(2, "bottleneck(w=1,k=3)"),
        ];
    }

    [Fact]
    public void Run_LearningRateFromTeacher_IsThatOfCandidatesThatBeginThere()
    {
        var candidates = Candidates(["teacher-reinitialized", "bottleneck(w=1,k=3)"]); // the second is of another build
        var before = candidates.Select(c => TensorHash.Of(c.Operation.NamedTensors("").Where(t => t.Name == "conv1.weight"))).ToList();

        Distil(candidates, new(), Recipe with { FromTeacher = true, LearningRateFromTeacher = 1e-30 });

        foreach (var (candidate, hash) in candidates.Zip(before))
        {
            using var scope = NewDisposeScope();
            bool begunThere = candidate.Key.StartsWith("teacher", StringComparison.Ordinal);
            var weight = candidate.Operation.named_parameters().First(p => p.name == "conv1.weight").parameter;
            var own = _teacher.OperationAt(candidate.Position).named_parameters().First(p => p.name == "conv1.weight").parameter;
            Assert.Equal(begunThere, weight.shape.SequenceEqual(own.shape) && weight.equal(own).all().item<bool>());
            Assert.NotEqual(hash, TensorHash.Of([("conv1.weight", weight)]));
        }
    }

    [Fact]
    public void ToJson_RecipeOfBefore_HasTheKeysOfBefore() =>
        Assert.Equal(
            """{"Epochs":1,"BatchSize":128,"LearningRate":0.005,"Normalize":true,"Augmentation":{"CropPadding":4,"Flip":true,"CutoutSize":0,"TrivialAugment":false}}""",
            System.Text.Json.JsonSerializer.Serialize(new DistillationRecipe())
        );

    [Fact]
    public void ToJson_KnowledgeDistillationOfBefore_HasTheKeysOfBefore() =>
        Assert.Equal("""{"Weight":1,"Temperature":3}""", System.Text.Json.JsonSerializer.Serialize(new KnowledgeDistillation()));

    public void Dispose() => _teacher.Dispose();

    private IReadOnlyList<DistillationResult> Distil(
        IReadOnlyList<DistillationCandidate> candidates, TrainingContext context, DistillationRecipe? recipe = null) =>
        new Distiller(_teacher, GeneratedData.ForTraining(), recipe ?? Recipe, seed: 5, context).Run(candidates);

    // Each operation at each position.
    private List<DistillationCandidate> Candidates(string[] operations, long seed = 1) =>
    [
        .. from position in _teacher.Positions
           from name in operations
           select Candidate(position, OperationCatalog.Default.Parse(name), seed),
    ];

    private static DistillationCandidate Candidate(Position position, OperationSpec operation, long seed)
    {
        using var layers = new LayerFactory(seed);
        return new($"{operation} at {position.Index}", position, operation.Family.Create(operation, position, layers));
    }

    private static void Fill(DistillationCandidate candidate, string suffix, float value)
    {
        using var _ = no_grad();
        candidate.Operation.NamedTensors("").First(t => t.Name.EndsWith(suffix, StringComparison.Ordinal)).Tensor.fill_(value);
    }

    private static TrainingContext Context(TemporaryDirectory directory, int cancelAfter, out Reports<TrainingProgress> reports)
    {
        reports = new(cancelAfter);
        return new()
        {
            Checkpoint = new(directory.File("checkpoint.safetensors"), TimeSpan.FromHours(1), TimeProvider.System),
            Progress = reports,
            Cancellation = reports.Cancellation,
        };
    }

    // All that distillation decides about each candidate.
    private static List<string> Describe(IReadOnlyList<DistillationCandidate> candidates, IReadOnlyList<DistillationResult> results) =>
    [
        .. candidates.Zip(results, (candidate, result) =>
            $"{candidate.Key} {result.Loss:R} {result.Error} {string.Join(' ', result.History)} {TensorHash.Of(candidate.Operation.NamedTensors(""))}"),
    ];
}
