using Graft.Engine;
using Graft.Engine.Local;
using Graft.Steps;
using Graft.Tests.Engine.Local;
using Graft.Tests.Jobs.Studies;

namespace Graft.Tests.Steps;

public sealed class FineTuningStepTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Workspace _workspace;

    public FineTuningStepTests() => _workspace = Workspace.Open(_directory.File("workspace"), TimeProvider.System);

    public void Dispose()
    {
        _workspace.Dispose();
        _directory.Dispose();
    }

    // So long a training leaves no held-out image that the teacher is wrong for: fine-tuning cannot make it better there.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_NothingDiffersFromTheTeacher_HandsOverItsWeights(bool neverWorse)
    {
        var teacher = SmallStudy.Graph(SmallStudy.Plan with { Teacher = SmallStudy.Plan.Teacher with { Epochs = 20 } }).Teacher;
        var step = new FineTuningStep
        {
            Data = teacher.Data,
            Network = teacher.Network,
            Precision = teacher.Precision,
            Teacher = teacher.Key,
            Operations = [],
            Recipe = SmallStudy.Plan.Trial,
            Distillation = new(),
            Epochs = 2,
            Seed = 1,
            HeldOut = SmallStudy.Plan.HeldOut,
            StatisticsImages = 30,
            Repair = new() { Images = 16, BatchSize = 16 },
            NeverWorse = neverWorse,
        };
        SmallStudy.Declare(_workspace, [teacher, step]);

        var given = Run<TeacherStepResult>(teacher);
        var result = Run<FineTuningStepResult>(step);

        Assert.Equal((given.Accuracy, given.Accuracy), (result.AccuracyBeforeTraining, result.Accuracy));
        Assert.Equal((null, true), (result.AccuracyRepaired, result.KeptWhatItWasGiven));
        Assert.Equal(BytesOf(given.Weights), BytesOf(result.Weights));
    }

    private T Run<T>(Step step)
    {
        var outcomes = SmallStudy.Executor(_workspace).Run([step.Key], threads: 1, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(StepOutcome.Done, outcomes[step.Key]);
        return StepResults.FromJson<T>(_workspace.Steps.Find(step.Key)!.Result!);
    }

    private byte[] BytesOf(string artifact) => File.ReadAllBytes(_workspace.Artifacts.PathOf(artifact));
}
