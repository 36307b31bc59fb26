using Graft.Jobs;
using Graft.Jobs.Accelerations;
using Graft.Jobs.Studies;
using Graft.Tests.Engine.Local;
using Graft.Training;

namespace Graft.Tests.Jobs.Studies;

public sealed class PlanFileTests
{
    public static TheoryData<string> Presets => [.. StudyPreset.Names];

    [Theory]
    [MemberData(nameof(Presets))]
    public void Load_Preset_IsValid(string name) => StudyPreset.Load(name).Validate();

    [Theory]
    [MemberData(nameof(Presets))]
    public void Parse_OfToYaml_GivesThePlanBack(string name)
    {
        var plan = StudyPreset.Load(name) with { Operations = ["conv-stack(w=2,k=3)", "teacher"], Data = "a path: with #, and 'quotes'" };
        string yaml = PlanFile.ToYaml(plan);

        var read = PlanFile.Parse(yaml, "plan.yaml");

        Assert.Equal(yaml, PlanFile.ToYaml(read));
        Assert.Equal(plan.Operations, read.Operations);
        Assert.Equal(plan with { Positions = [], Operations = [], Epochs = [] }, read with { Positions = [], Operations = [], Epochs = [] });
    }

    [Fact]
    public void Load_Presets_AreWhatTheStudyOfThePaperAsksFor()
    {
        var paper = StudyPreset.Load("paper");

        Assert.Equal(("wrn-40-2", "cifar10", 200, 3), (paper.Network, paper.Data, paper.Teacher.Epochs, paper.Seeds));
        Assert.Equal(["1", "7", "18"], paper.Positions);
        Assert.Equal([25, 50], paper.Epochs);
        Assert.True(paper.Teacher.Recipe.Augmentation is { TrivialAugment: true, CutoutSize: 16 });
        Assert.Equal(new() { LearningRate = 0.02, WeightDecay = 2e-4, Augmentation = paper.Teacher.Recipe.Augmentation }, paper.Trial);
    }

    [Fact]
    public void ReadYaml_UnknownPreset_NamesTheNearest() => Assert.Equal(
        "Unknown preset 'quik'. Did you mean 'quick'?",
        Assert.Throws<ConfigurationException>(() => StudyPreset.ReadYaml("quik")).Message);

    [Fact]
    public void Parse_KeysLeftOut_KeepTheirDefaults()
    {
        var plan = PlanFile.Parse("trial:\n  batchSize: 64\n", "plan.yaml");

        Assert.Equal(new StudyPlan().Network, plan.Network);
        Assert.Equal(64, plan.Trial.BatchSize);
        Assert.Equal(0.9, plan.Trial.Momentum);
    }

    // The trial's default differs from that of the recipe's type, which is a teacher's.
    [Fact]
    public void Parse_TrialWithoutALearningRate_KeepsTheTrialsOwn() =>
        Assert.Equal(new StudyPlan().Trial.LearningRate, PlanFile.Parse("trial: { batchSize: 64 }", "plan.yaml").Trial.LearningRate);

    [Fact]
    public void Parse_OneSection_LeavesOthersOfTheSameDefaultsAlone()
    {
        var study = PlanFile.Parse("teacher: { recipe: { augmentation: { cutoutSize: 8 } } }", "plan.yaml");
        var acceleration = AccelerationPlanFile.Parse("fineTuning: { recipe: { learningRate: 0.03 } }", "plan.yaml");

        Assert.Equal(8, study.Teacher.Recipe.Augmentation.CutoutSize);
        Assert.Equal(new StudyPlan().Trial, study.Trial);
        Assert.Equal(new StudyPlan().Distillation, study.Distillation);
        Assert.Equal(0.03, acceleration.FineTuning.Recipe.LearningRate);
        Assert.Equal(new AccelerationPlan().Teacher, acceleration.Teacher);
    }

    [Fact]
    public void Parse_DistillationLeftOut_IsThatOfNewPlans()
    {
        Assert.Equal(DistillationRecipe.Default, PlanFile.Parse("distillation: { epochs: 1 }", "plan.yaml").Distillation);
        Assert.Equal(DistillationRecipe.Default, AccelerationPlanFile.Parse("network: wrn-16-1", "plan.yaml").Distillation);
    }

    // What LANA's recipe leaves out is null in a plan, as the default of plans is another.
    [Fact]
    public void ToYaml_DistillationOfResultsBeforeTheDefault_IsReadBackAsItWas()
    {
        var plan = new StudyPlan { Distillation = new() };

        string yaml = PlanFile.ToYaml(plan);

        Assert.Equal(new DistillationRecipe(), PlanFile.Parse(yaml, "plan.yaml").Distillation);
        Assert.Equal(yaml, PlanFile.ToYaml(PlanFile.Parse(yaml, "plan.yaml")));
        Assert.Equal(
            new DistillationRecipe(),
            PlanFile
                .Parse("distillation: { learningRate: 0.005, minSteps: , fromTeacher: , learningRateFromTeacher: , beginAsSkip: }", "plan.yaml")
                .Distillation
        );
    }

    [Theory]
    [InlineData("wrn-10-1", "weights.pt")]
    [InlineData("onnx-0123456789ab", null)]
    [InlineData("wrn-10-1", null)]
    public void ToYaml_ImportedTeacher_DoesNotSayHowItWouldBeTrained(string network, string? weights)
    {
        bool isImported = network != "wrn-10-1" || weights is not null;
        var teacher = new TeacherPlan { Weights = weights, Seed = 3, Epochs = 7, Recipe = new() { BatchSize = 17 } };
        var study = SmallStudy.Plan with { Network = network, Teacher = teacher };
        var acceleration = new AccelerationPlan { Network = network, Teacher = teacher };

        var read = PlanFile.Parse(PlanFile.ToYaml(study), "plan.yaml");
        var readAcceleration = AccelerationPlanFile.Parse(AccelerationPlanFile.ToYaml(acceleration), "plan.yaml");

        Assert.Equal(!isImported, PlanFile.Names(PlanFile.ToYaml(study), "teacher", "recipe"));
        Assert.Equal(!isImported, PlanFile.Names(AccelerationPlanFile.ToYaml(acceleration), "teacher", "epochs"));
        Assert.Equal(isImported ? new TeacherPlan { Weights = weights, Seed = 3 } : teacher, read.Teacher);
        Assert.Equal(read.Teacher, readAcceleration.Teacher);
        Assert.Equal(PlanFile.IdOf(study), PlanFile.IdOf(read with { Teacher = teacher })); // all else is there
    }

    [Fact]
    public void ToYaml_ImportedTeacher_IsReadBackAsTheSameStudy()
    {
        var plan = SmallStudy.Plan with { Teacher = SmallStudy.Plan.Teacher with { Weights = "weights.pt" } };

        var read = PlanFile.Parse(PlanFile.ToYaml(plan), "plan.yaml");

        Assert.Equal(IdOf(plan), IdOf(read));

        static string IdOf(StudyPlan plan) => StudyGraph.Create(plan, SmallStudy.Data, Graft.Operations.Precision.Float32, importedSha256: "0123").Id;
    }

    [Theory]
    [InlineData("epochs: 5", "5")]
    [InlineData("epochs: [5, 6]", "5 6")]
    [InlineData("epochs:\n- 5\n- 6", "5 6")]
    public void Parse_ListAsPeopleWriteIt_IsRead(string yaml, string expected) =>
        Assert.Equal(expected, string.Join(' ', PlanFile.Parse(yaml, "plan.yaml").Epochs));

    [Fact]
    public void With_SettingsOfKeysAndSections_ChangesThemAlone()
    {
        var plan = PlanFile.Parse("seeds: 2\ndistillation: { batchSize: 64 }", "plan.yaml");

        var changed = PlanFile.With(
            plan, Settings("distillation.minSteps=100", "epochs=[4, 8]", "predictors={images: 32}", "teacher.weights=a=b.pt", " trial . batchSize =16"));

        Assert.Equal((2, 64, 100), (changed.Seeds, changed.Distillation.BatchSize, changed.Distillation.MinSteps));
        Assert.Equal([4, 8], changed.Epochs);
        Assert.Equal((32, "a=b.pt", 16), (changed.Predictors?.Images, changed.Teacher.Weights, changed.Trial.BatchSize));
        Assert.Equal(PlanFile.IdOf(plan), PlanFile.IdOf(PlanFile.With(plan, Settings("seeds=2"))));
    }

    [Theory]
    [InlineData("operations=identity, conv-stack(w=2,k=3)")]
    [InlineData("operations=[identity, conv-stack(w=2,k=3)]")]
    [InlineData("operations=[identity, 'conv-stack(w=2,k=3)']")]
    public void With_OperationsAsPeopleWriteThem_AreTheirNames(string setting) =>
        Assert.Equal(["identity", "conv-stack(w=2,k=3)"], PlanFile.With(new StudyPlan(), Settings(setting)).Operations);

    [Fact]
    public void With_TextThatYamlTakesForAComment_IsThatText()
    {
        Assert.Equal("#1.pt", PlanFile.With(new StudyPlan(), Settings("teacher.weights=#1.pt")).Teacher.Weights);
    }

    [Theory]
    [InlineData("distillation.minSteps=")]
    [InlineData("distillation.minSteps=null")]
    [InlineData("distillation.minSteps=~")]
    public void With_Nothing_IsNull(string setting) => Assert.Null(PlanFile.With(new StudyPlan(), Settings(setting)).Distillation.MinSteps);

    [Theory]
    [InlineData("minSteps", "'minSteps' is no setting of a plan: write a key and its value, like distillation.minSteps=100.")]
    [InlineData("a..b=1", "'a..b=1' is no setting of a plan: write a key and its value, like distillation.minSteps=100.")]
    [InlineData("sedes=3", "'sedes=3': unknown key 'sedes'. Did you mean 'seeds'?")]
    [InlineData("trial.learningRat=3", "'trial.learningRat=3': unknown key 'trial.learningRat'. Did you mean 'learningRate'?")]
    [InlineData("seeds=three", "'seeds=three': seeds is 'three'; it must be a whole number.")]
    [InlineData("seeds=08", "'seeds=08': seeds is '08'; it must be a whole number.")]
    [InlineData("trial=3", "'trial=3': trial is '3'; it must be a section of keys.")]
    [InlineData("seeds.more=3", "'seeds.more=3': seeds is a section of keys; it must be a whole number.")]
    [InlineData("epochs=[1", "'epochs=[1': the value is not YAML. Put quotes around it where it is a text.")]
    public void With_WhatIsNoSetting_SaysSo(string setting, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => PlanFile.With(new StudyPlan(), Settings(setting))).Message);

    [Fact]
    public void With_TwoFaultySettingsOfOneSection_NamesEachFaultOnce()
    {
        var settings = Settings("trial.momentm=1", "trial.batchSiz=2");

        Assert.True(settings.Has("trial"));
        Assert.Equal(
            "The plan has 2 faults: (1) 'trial.momentm=1': unknown key 'trial.momentm'. Did you mean 'momentum'? "
                + "(2) 'trial.batchSiz=2': unknown key 'trial.batchSiz'. Did you mean 'batchSize'?",
            Assert.Throws<ConfigurationException>(() => PlanFile.With(new StudyPlan(), settings)).Message
        );
    }

    private static PlanSettings Settings(params string[] settings) => PlanSettings.Parse(settings);

    [Fact]
    public void Parse_UnknownKeys_ListsAllWithTheirLineAndTheNearest() =>
        Assert.Equal(
            "plan.yaml:1: unknown key 'netwrk'. Did you mean 'network'? "
                + "plan.yaml:4: unknown key 'teacher.recipe.learnigRate'. Did you mean 'learningRate'? "
                + "plan.yaml:5: unknown key 'workers'. Known: network, data, images, positions, operations, epochs, seeds, precision, heldOut, teacher, distillation, trial, predictors, untilDecided.",
            Message("netwrk: wrn-16-2\nteacher:\n  recipe:\n    learnigRate: 0.1\nworkers: 2\n")
        );

    [Theory]
    [InlineData("seeds: three", "plan.yaml:1: seeds is 'three'; it must be a whole number.")]
    [InlineData("seeds: 2.5", "plan.yaml:1: seeds is '2.5'; it must be a whole number.")]
    [InlineData("network: wrn-16-2\ntrial:\n  learningRate: fast", "plan.yaml:3: trial.learningRate is 'fast'; it must be a number.")]
    [InlineData("distillation: { normalize: maybe }", "plan.yaml:1: distillation.normalize is 'maybe'; it must be true or false.")]
    [InlineData("epochs: [5, many]", "plan.yaml:1: epochs is [5, many]; it must be a whole number or a list of them.")]
    [InlineData("teacher: 5", "plan.yaml:1: teacher is '5'; it must be a section of keys.")]
    [InlineData("teacher:", "plan.yaml:1: teacher is empty; it must be a section of keys.")]
    [InlineData("network: [a, b]", "plan.yaml:1: network is [a, b]; it must be a text.")]
    [InlineData("network: { a: b }", "plan.yaml:1: network is a section of keys; it must be a text.")]
    [InlineData("network:", "plan.yaml:1: network is empty; it must be a text.")]
    [InlineData("positions: { a: b }", "plan.yaml:1: positions is a section of keys; it must be a name or a list of them.")]
    [InlineData("positions: [[1], 2]", "plan.yaml:1: positions is a list of lists or sections; it must be a name or a list of them.")]
    [InlineData("epochs:", "plan.yaml:1: epochs is empty; it must be a whole number or a list of them.")]
    public void Parse_ValueOfTheWrongKind_SaysWhereAndWhatIsExpected(string yaml, string message) => Assert.Equal(message, Message(yaml));

    [Theory]
    [InlineData("- a\n- b")]
    [InlineData("just words")]
    [InlineData("")]
    [InlineData("seeds: 1\n---\nseeds: 2")]
    public void Parse_NotOneDocumentOfKeys_SaysWhatIsExpected(string yaml) => Assert.Equal(
        "plan.yaml is not a plan: expected one document of keys and values, like 'network: wrn-16-2'.",
        Message(yaml));

    [Fact]
    public void Parse_NotYaml_NamesTheLineAndTheReason() => Assert.Equal(
        "plan.yaml:2: this is not YAML (While scanning a quoted scalar, found unexpected end of stream). Look at the indentation and the quotes there.",
        Message("seeds: 1\nnetwork: 'wrn-16-2"));

    [Theory]
    [InlineData("seeds: 1\nnetwork: [\ndata: data\n")]
    [InlineData("seeds: 1\nteacher: {\ndata: data\n")]
    [InlineData("seeds: 1\nepochs: [1, 2\n")]
    public void Parse_BracketThatIsNotClosed_NamesALineThere(string yaml) => Assert.Matches("^plan.yaml:[234]: this is not YAML \\(.*\\). Look", Message(yaml));

    [Fact]
    public void Parse_KeyTwice_NamesTheLineAndTheKey() => Assert.Equal("plan.yaml:2: Duplicate key seeds", Message("seeds: 1\nseeds: 2\n"));

    [Fact]
    public void Load_MissingFile_NamesIt()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("plan.yaml");

        Assert.Equal($"{path}: there is no such file.", Assert.Throws<ConfigurationException>(() => PlanFile.Load(path)).Message);
        File.WriteAllText(directory.File("plam.html"), "");
        Assert.EndsWith("no such file.", Assert.Throws<ConfigurationException>(() => PlanFile.Load(path)).Message);
        File.WriteAllText(directory.File("plam.yaml"), "seeds: 1");
        Assert.Equal(
            $"{path}: there is no such file. Did you mean '{directory.File("plam.yaml")}'?", Assert.Throws<ConfigurationException>(() => PlanFile.Load(path)).Message);
    }

    [Fact]
    public void Load_Directory_SaysWhatItIs()
    {
        using var directory = new TemporaryDirectory();

        var exception = Assert.Throws<ConfigurationException>(() => PlanFile.Load(directory.Path));

        Assert.Equal($"{directory.Path} cannot be read: it is a directory, not a file.", exception.Message);
    }

    [Fact]
    public void Load_Package_SaysWhatItIs()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("study.zip");
        File.WriteAllBytes(path, [(byte)'P', (byte)'K', 3, 4, 20, 0, 0, 0]);

        var exception = Assert.Throws<ConfigurationException>(() => PlanFile.Load(path));

        Assert.Equal(
            $"{path} is a ZIP archive, as packages are, and no YAML. 'graft unpack' takes a package, whose plan is plan.yaml in it.", exception.Message);
    }

    [Fact]
    public void Parse_ResultsOfAStudy_SaysWhatTheyAre() => Assert.Equal(
        "a.json holds results, not a plan; the plan is the text that stands in it as provenance.plan.",
        Assert.Throws<ConfigurationException>(
            () => PlanFile.Parse("""{ "study": "0123", "cells": [], "provenance": { "plan": "network: wrn-16-1" } }""", "a.json")).Message);

    [Fact]
    public void Parse_PlanOfAnotherJob_SaysOfWhich() => Assert.Equal(
        "plan.yaml is the plan of an acceleration, not of a study.",
        Message("network: wrn-16-2\nselection: { budget: '0.5' }\nfineTuning: { epochs: 1 }\n"));

    [Fact]
    public void LoadRecipe_File_ReadsWhatStandsUnderARecipe()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("recipe.yaml"), "learningRate: 0.3\naugmentation: { flip: false }\n");

        var recipe = PlanFile.LoadRecipe(directory.File("recipe.yaml"));

        Assert.Equal((0.3, false, 4), (recipe.LearningRate, recipe.Augmentation.Flip, recipe.Augmentation.CropPadding));
    }

    private static string Message(string yaml) => Assert.Throws<ConfigurationException>(() => PlanFile.Parse(yaml, "plan.yaml")).Message;
}
