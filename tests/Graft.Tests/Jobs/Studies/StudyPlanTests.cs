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
                "epochs is [3, 0]; it must list numbers from 1 to 100000.",
                "seeds is 2000; it must be from 1 to 1000.",
                "heldOut.fraction is 0.9; it must be from 0 to 0.5.",
                "teacher.epochs is 0; it must be from 1 to 100000.",
                "teacher.recipe.batchSize is 0; it must be from 1 to 65536.",
                "teacher.recipe.learningRate is -1; it must be above 0, up to 100.",
                "teacher.recipe.warmUp is 1; it is a part of all steps, from 0 to below 1.",
                "teacher.recipe.momentum is 2; it must be from 0 to below 1.",
                "teacher.recipe.weightDecay is NaN; it must be from 0 to below 1.",
                "teacher.recipe.labelSmoothing is 1; it must be from 0 to below 1.",
                "distillation.epochs is 0; it must be from 1 to 1000.",
                "distillation.batchSize is 0; it must be from 1 to 65536.",
                "distillation.learningRate is 0; it must be above 0, up to 10.",
                "distillation.augmentation.cropPadding is 99; it must be from 0 to 16 pixels.",
                "trial.learningRate is 0; it must be above 0, up to 100.",
                "trial.augmentation.cutoutSize is -1; it must be from 0 to 64 pixels."),
            Message(plan));
    }

    [Fact]
    public void Validate_ImportedTeacher_IgnoresItsEpochs() => new StudyPlan { Teacher = new() { Weights = "weights.safetensors", Epochs = 0 } }.Validate();

    [Fact]
    public void Validate_NoLength_IsAFault() => Assert.Equal(
        "epochs is []; it must list numbers from 1 to 100000.",
        Message(new() { Epochs = [] }));

    private static string Message(StudyPlan plan) => Assert.Throws<ConfigurationException>(plan.Validate).Message;
}
