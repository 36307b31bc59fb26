using Graft.Jobs.Studies;

namespace Graft.Tests.Jobs.Studies;

public sealed class StudyPlanTests
{
    [Fact]
    public void Validate_Defaults_Passes() => new StudyPlan().Validate();

    [Fact]
    public void Validate_OneFault_IsTheWholeMessage() => Assert.Equal(
        "seeds is 0; it must be from 1 to 1000.",
        Message(new() { Seeds = 0 }));

    [Fact]
    public void Validate_ManyFaults_ListsAllOfThem()
    {
        var plan = new StudyPlan
        {
            Epochs = [3, 0],
            Seeds = 2000,
            HeldOut = new() { Fraction = 0.9 },
            Teacher = new()
            {
                Epochs = 0,
                Recipe = new() { BatchSize = 0, LearningRate = -1, WarmUp = 1, Momentum = 2, WeightDecay = double.NaN, LabelSmoothing = 1 },
            },
            Distillation = new() { Epochs = 0, BatchSize = 0, LearningRate = 0, Augmentation = new() { CropPadding = 99 } },
            Trial = new() { LearningRate = 0, Augmentation = new() { CutoutSize = -1 } },
        };

        Assert.Equal(
            string.Join(
                ' ',
                "The plan has 16 faults:",
                "(1) epochs is [3, 0]; it must list numbers from 1 to 100000.",
                "(2) seeds is 2000; it must be from 1 to 1000.",
                "(3) heldOut.fraction is 0.9; it must be from 0 to 0.5.",
                "(4) teacher.epochs is 0; it must be from 1 to 100000.",
                "(5) teacher.recipe.batchSize is 0; it must be from 1 to 65536.",
                "(6) teacher.recipe.learningRate is -1; it must be above 0, up to 100.",
                "(7) teacher.recipe.warmUp is 1; it is a part of all steps, from 0 to below 1.",
                "(8) teacher.recipe.momentum is 2; it must be from 0 to below 1.",
                "(9) teacher.recipe.weightDecay is NaN; it must be from 0 to below 1.",
                "(10) teacher.recipe.labelSmoothing is 1; it must be from 0 to below 1.",
                "(11) distillation.epochs is 0; it must be from 1 to 1000.",
                "(12) distillation.batchSize is 0; it must be from 1 to 65536.",
                "(13) distillation.learningRate is 0; it must be above 0, up to 10.",
                "(14) distillation.augmentation.cropPadding is 99; it must be from 0 to 16 pixels.",
                "(15) trial.learningRate is 0; it must be above 0, up to 100.",
                "(16) trial.augmentation.cutoutSize is -1; it must be from 0 to 64 pixels."),
            Message(plan));
    }

    [Fact]
    public void Validate_PositionsAndOperationsToo_AreAmongTheFaults() => Assert.Equal(
        string.Join(
            ' ',
            "The plan has 5 faults:",
            "(1) epochs is [0]; it must list numbers from 1 to 100000.",
            "(2) seeds is 0; it must be from 1 to 1000.",
            "(3) wrn-10-1 has no position 9: its positions are 1 to 3.",
            "(4) 'x' is not a position: positions of wrn-10-1 are 1 to 3 or their paths like block1.layer.0, runs of them like 1-2, or 'all'.",
            "(5) Unknown operation 'bottelneck'. Did you mean 'bottleneck'?"),
        Message(new() { Network = "wrn-10-1", Positions = ["9", "x"], Operations = ["bottelneck"], Epochs = [0], Seeds = 0 }));

    [Fact]
    public void Validate_PositionsOfANetworkFromAFile_AreNotKnownYet() => new StudyPlan { Network = "model.onnx", Positions = ["layer9"] }.Validate();

    [Fact]
    public void Validate_Nulls_AreFaults() => Assert.Equal(
        "The plan has 4 faults: (1) positions is null; it must be a name or a list of them. (2) operations holds null; each of its entries must be a text. "
            + "(3) precision is null; it must be a text. (4) teacher.recipe is null; it must be a section of keys.",
        Message(new() { Positions = null!, Operations = [null!], Precision = null!, Teacher = new() { Recipe = null! } }));

    [Fact]
    public void Validate_AccelerationAndTraining_NullsAndOperationsAreFaults()
    {
        var acceleration = new Graft.Jobs.Accelerations.AccelerationPlan { Network = "wrn-12-1", Operations = ["bottelneck"], Spans = 0 };
        var training = new Graft.Jobs.TrainingPlan { Data = null! };

        Assert.Equal(
            "The plan has 3 faults: (1) spans is 0; it must be from 1 (single positions alone) to 16. "
                + "(2) There is no 'wrn-12-1': the depth of a WRN is 6n + 4 (10, 16, 22, 28, 34, 40, …) and its width at least 1. "
                + "(3) Unknown operation 'bottelneck'. Did you mean 'bottleneck'?",
            Assert.Throws<ConfigurationException>(acceleration.Validate).Message);
        Assert.Equal("data is null; it must be a text.", Assert.Throws<ConfigurationException>(training.Validate).Message);
    }

    [Fact]
    public void Validate_ImportedTeacher_IgnoresItsEpochs() => new StudyPlan { Teacher = new() { Weights = "weights.safetensors", Epochs = 0 } }.Validate();

    [Fact]
    public void Validate_NoLength_IsAFault() => Assert.Equal(
        "epochs is []; it must list numbers from 1 to 100000.",
        Message(new() { Epochs = [] }));

    private static string Message(StudyPlan plan) => Assert.Throws<ConfigurationException>(plan.Validate).Message;
}
