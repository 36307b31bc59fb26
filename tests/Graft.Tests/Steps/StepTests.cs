using System.Reflection;
using Graft.Engine;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Tests.Steps;

public sealed class StepTests
{
    private static readonly Step[] Examples =
    [
        new TeacherStep
        {
            Data = "d", Network = "wrn-16-2", Precision = Precision.Float32, Recipe = new(), Epochs = 30, Seed = 1, HeldOut = new(),
        },
        new ImportStep { Data = "d", Network = "wrn-16-2", Precision = Precision.Float32, Sha256 = "abc" },
        new DistillationStep
        {
            Data = "d", Network = "wrn-16-2", Precision = Precision.BFloat16, Teacher = "t", Place = 2, Operation = "conv-stack(w=2,k=3)",
            Recipe = new(), Seed = 1, OrderSeed = 2, HeldOut = new(),
        },
        new TrialStep
        {
            Data = "d", Network = "wrn-16-2", Precision = Precision.BFloat16, Teacher = "t", Place = 2, Operation = "conv-stack(w=2,k=3)",
            Distillation = "c", Recipe = new(), Epochs = 3, Seed = 1, HeldOut = new(),
        },
        new ScoreStep
        {
            Data = "d",
            Network = "wrn-16-2",
            Precision = Precision.BFloat16,
            Teacher = "t",
            Candidate = new(2, "conv-stack(w=2,k=3)", "c"),
            Images = 300,
            HeldOut = new(),
        },
    ];

    // One of each kind that has lists in its specification.
    private static readonly Step[] Others =
    [
        new PredictorStep
        {
            Data = "d",
            Network = "wrn-16-2",
            Precision = Precision.Float32,
            Teacher = "t",
            Place = 2,
            Operation = "conv-stack(w=2,k=3)",
            Distillation = "c",
            Recipe = new(),
            HeldOut = new(),
        },
        new MeasureStep
        {
            Data = "d",
            Network = "wrn-16-2",
            Precision = Precision.Float32,
            Teacher = "t",
            Candidate = new(2, "conv-stack(w=2,k=3)", "c"),
            Measure = "synFlow",
            Recipe = new(),
            HeldOut = new(),
        },
        new SimilarityStep
        {
            Data = "d",
            Network = "wrn-16-2",
            Precision = Precision.Float32,
            Teacher = "t",
            Place = 2,
            Candidates = [new("identity", null), new("conv-stack(w=2,k=3)", "c")],
            Recipe = new(),
            HeldOut = new(),
        },
        new LatencyStep
        {
            Data = "d",
            Network = "wrn-16-2",
            Precision = Precision.Float32,
            Target = new("machine", "runtime", 1, 1),
            Protocol = new(),
            Operations = [new(2, "conv-stack(w=2,k=3)")],
            Architectures =
            [
                [new(1, "teacher"), new(2, "identity")],
            ],
            Networks = ["wrn-10-1"],
        },
        new SelectionStep
        {
            Data = "d",
            Network = "wrn-16-2",
            Precision = Precision.BFloat16,
            Plan = new(),
            Latency = "l",
            Candidates = [new(1, "teacher", null), new(2, "identity", "s")],
            Budgets = [0.3],
            TeacherOrIdentity = true,
            Seed = 1,
        },
        new ArchitectureStep
        {
            Data = "d",
            Network = "wrn-16-2",
            Precision = Precision.BFloat16,
            Teacher = "t",
            Operations = [new(2, "conv-stack(w=2,k=3)", "c")],
            Images = 300,
            HeldOut = new(),
        },
        new FineTuningStep
        {
            Data = "d",
            Network = "wrn-16-2",
            Precision = Precision.BFloat16,
            Teacher = "t",
            Operations = [new(2, "conv-stack(w=2,k=3)", "c")],
            Recipe = new(),
            Distillation = new(),
            Epochs = 3,
            Seed = 1,
            HeldOut = new(),
            StatisticsImages = 100,
        },
        new ExportStep
        {
            Data = "d", Network = "wrn-16-2", Precision = Precision.Float32, FineTuning = "f", Metadata = new Dictionary<string, string> { ["graft"] = "1" },
        },
        new OnnxTeacherStep { Data = "d", Network = "onnx-abc", Precision = Precision.Float32, Normalization = "0.5/0.25", HeldOut = new() },
    ];

    public static TheoryData<string> Kinds => [.. Examples.Select(e => e.Kind)];

    // A change of any of these keys makes every result that users have stored unreachable: they would run everything again. Where results do change, raise
    // the kind's revision on purpose instead.
    [Theory]
    [InlineData("teacher", "4c95aae4dc1e4c3a01c26600cacfc930")]
    [InlineData("import", "db3c58d98c2c1c4310ec1aa4f74b6e9d")]
    [InlineData("distillation", "4f5212a0b2eefc10c9cf0648f2b3d053")]
    [InlineData("trial", "c60e51c00d194a392175dea2d123a872")]
    [InlineData("score", "5201a3e9797c76a153713f485f3cee20")]
    [InlineData("predictors", "de5ba198fcbab00ebc41fc84b18b9e14")] // revision 3: latencies are ratios within rounds, on one thread
    [InlineData("measure", "e3f2a26b0d982fbe9a7660ba5f0d1c39")]
    [InlineData("similarity", "e2eb061bbe2354bef45d5a0bb1588d84")] // revision 2: maps that are the same for all images have no CKA
    [InlineData("latency", "3b76b077432e1ac36ad60b58361f1923")]
    [InlineData("selection", "75d25edb869972e2f8548650e482d66e")]
    [InlineData("architecture", "a50c953db7de580e7a3d83bc2b2356b2")]
    [InlineData("fine-tuning", "e38df724816912bed29ff99c82ff7e2d")]
    [InlineData("export", "a88443eae1029f63edc71971ed8e38ac")] // revision 2: files say their accuracy in fp32
    [InlineData("onnx-teacher", "24eed7abad983ff8b1a470539f7ccbc3")]
    public void Key_Example_IsWhatItHasAlwaysBeen(string kind, string key) => Assert.Equal(key, Examples.Concat(Others).Single(e => e.Kind == kind).Key);

    // The unchanged network is looked at at a place: steps of one place share it.
    [Fact]
    public void GroupOf_MeasuresOfTwoPlaces_Differs()
    {
        var kind = new MeasureKind();
        var example = (MeasureStep)Others.Single(step => step.Kind == MeasureKind.KindName);
        MeasureStep At(Place place, string operation) => example with { Candidate = new(place, operation, null) };

        Assert.Equal(kind.GroupOf(At(1, "identity")), kind.GroupOf(At(1, "conv-stack")));
        Assert.NotEqual(kind.GroupOf(At(1, "identity")), kind.GroupOf(At(new(1, 2), "identity")));
    }

    [Fact]
    public void Examples_EveryKind_HasOne() =>
        Assert.Equal(BuiltInKinds.Create().All.Select(k => k.Name).Order(), Examples.Concat(Others).Select(e => e.Kind).Order());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Key_AnyValueChanged_Differs(string kind)
    {
        var example = Example(kind);
        var variants = Variants(example).ToList();

        Assert.True(variants.Count >= 5);
        Assert.All(variants, variant => Assert.NotEqual(example.Key, ((Step)variant.Value).Key));
        Assert.Equal(variants.Count, variants.Select(variant => ((Step)variant.Value).Key).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void FromJson_OfToJson_GivesAnEqualStep(string kind)
    {
        var example = Example(kind);

        var read = BuiltInKinds.Create().Parse(example.ToJson());

        Assert.Equal(example, read);
        Assert.Equal(example.Key, read.Key);
    }

    [Fact]
    public void Key_DoubleThatIsNoDecimalFraction_SurvivesJson()
    {
        var step = (TeacherStep)Example("teacher") with { Recipe = new() { LearningRate = 1.0 / 3 } };

        Assert.Equal(step, BuiltInKinds.Create().Parse(step.ToJson()));
    }

    [Fact]
    public void Group_StepsThatDifferInTheCandidateAlone_IsEqual()
    {
        var step = (DistillationStep)Example("distillation");

        Assert.Equal(GroupOf(step), GroupOf(step with { Place = 1, Operation = "residual(w=2,k=3)", Seed = 9 }));
    }

    [Fact]
    public void Group_StepsThatSeeOtherImages_Differs()
    {
        var step = (DistillationStep)Example("distillation");

        Assert.NotEqual(GroupOf(step), GroupOf(step with { OrderSeed = 9 }));
        Assert.NotEqual(GroupOf(step), GroupOf(step with { Teacher = "other" }));
        Assert.NotEqual(GroupOf(step), GroupOf(step with { Recipe = new() { Epochs = 2 } }));
        Assert.NotEqual(GroupOf(step), GroupOf(step with { HeldOut = new() { Seed = 1 } }));
    }

    [Fact]
    public void Key_OperationsOfAnArchitecture_AreAllPartOfIt()
    {
        var step = new FineTuningStep
        {
            Data = "d",
            Network = "wrn-16-2",
            Precision = Precision.BFloat16,
            Teacher = "t",
            Operations = [new(1, "identity", null), new(2, "residual(w=2,k=3)", "c")],
            Recipe = new(),
            Distillation = new(),
            Epochs = 3,
            Seed = 1,
            HeldOut = new(),
            StatisticsImages = 100,
        };

        Assert.Equal(["t", "c"], step.Needs);
        Assert.Equal(step.Key, BuiltInKinds.Create().Parse(step.ToJson()).Key);
        Assert.NotEqual(step.Key, (step with { Operations = [step.Operations[0]] }).Key);
        Assert.NotEqual(step.Key, (step with { Operations = [step.Operations[0], new(2, "residual(w=2,k=3)", "other")] }).Key);
        Assert.NotEqual(step.Key, (step with { Distillation = new() { Weight = 0 } }).Key);
    }

    [Fact]
    public void OperationRevision_OfStoredStep_IsWhatItWasMadeWith()
    {
        var made = (TrialStep)Example("trial") with { OperationRevision = "own 1234" };

        var read = (TrialStep)BuiltInKinds.Create().Parse(made.ToJson());

        Assert.Equal("own 1234", read.OperationRevision);
        Assert.Equal(made.Key, read.Key);
        Assert.NotEqual(Example("trial").Key, read.Key);
    }

    private static object? GroupOf(Step step) => BuiltInKinds.Create().Of(step).GroupOf(step);

    private static Step Example(string kind) => Examples.Single(e => e.Kind == kind);

    // The record with each of its values changed in turn, and with each value of the records in it.
    private static IEnumerable<(string Path, object Value)> Variants(object record)
    {
        foreach (var property in record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            object? value = property.GetValue(record);
            var changes = value switch
            {
                string text => [(property.Name, text + "x")],
                int number => [(property.Name, number + 1)],
                double number => [(property.Name, number + 0.001)],
                bool flag => [(property.Name, !flag)],
                Place place => [(property.Name, new Place(place.First, place.Last + 1))],
                Precision precision => [(property.Name, precision == Precision.Float32 ? Precision.BFloat16 : Precision.Float32)],
                { } part => Variants(part),
                null when property.PropertyType == typeof(int?) => [(property.Name, 7)],
                null when property.PropertyType == typeof(double?) => [(property.Name, 0.7)],
                null when property.PropertyType == typeof(bool?) => [(property.Name, true)],
                null when property.PropertyType == typeof(string) => [(property.Name, "x")],
                null when property.PropertyType.GetConstructor([]) is { } constructor => [(property.Name, constructor.Invoke(null))],
                null => throw new InvalidOperationException($"{property.Name} is null: the example must set every value."),
            };
            foreach (var (path, changed) in changes)
            {
                object copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
                property.SetValue(copy, changed);
                yield return ($"{property.Name}.{path}", copy);
            }
        }
    }
}
