using Graft.Engine;
using Graft.Jobs;
using Graft.Jobs.Studies;
using Graft.Steps;
using Graft.Tests.Engine.Local;
using Graft.Tests.Jobs.Studies;

namespace Graft.Tests.Jobs;

/// <summary>Predictions from a record that is filled by hand: no step runs.</summary>
public sealed class PredictionJobTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly GraftSession _session;

    public PredictionJobTests() => _session = GraftSession.Open(new() { Workspace = _directory.File("workspace"), Device = "cpu" });

    [Fact]
    public void Result_StudyThatAddedSeeds_IsLearnedFromAllOfThem()
    {
        var whole = SmallStudy.Graph(SmallStudy.Plan with
        {
            Positions = ["1", "2"],
            Operations = ["teacher", "conv-stack(w=1,k=3)", "conv-stack(w=2,k=3)", "residual(w=2,k=3)", "bottleneck(w=2,k=3)"],
            Seeds = 2,
            UntilDecided = new() { MaxSeeds = 4 },
            Predictors = new() { Images = 4, BatchSize = 2 },
        });
        var withThree = whole with { Cells = [.. whole.Cells.Select(c => c with { Trials = [.. c.Trials.Where(t => t.Seed <= 3)] })] };
        foreach (var (i, trial) in withThree.Trials.Index())
        {
            Complete(trial, new TrialStepResult(0.5 + (0.01 * (i % 7)), 0.1, 1, 1));
        }

        var job = new PredictionJob(_session, new() { Positions = ["3"] }, StudyOutline.Of(withThree, new(1, 1, 1)), SmallStudy.Data);
        var steps = job.Steps(null!);
        foreach (var (i, step) in steps.OfType<PredictorStep>().Index())
        {
            Complete(step, new PredictorStepResult { Parameters = i * i % 11, MultiplyAccumulates = i % 5 });
        }

        var result = job.Result;

        Assert.Equal((8, 3, 3), (result.Tried, result.FewestSeeds, result.MostSeeds));
        Assert.Equal(4, result.Forecast.Forecasts.Count);
        Assert.Equal([1, 2], steps.OfType<DistillationStep>().Select(d => d.Seed).Distinct().Order()); // nothing is distilled for seeds that only trials had
        Assert.DoesNotContain(steps, step => step is TrialStep);
    }

    [Fact]
    public void Steps_OneOperationAtOnePlaceAsked_NothingElseThatIsUntriedIsMeasured()
    {
        var study = SmallStudy.Graph(SmallStudy.Plan with
        {
            Positions = ["1", "2"],
            Operations = ["teacher", "conv-stack(w=1,k=3)", "conv-stack(w=2,k=3)", "residual(w=2,k=3)"],
            Seeds = 1,
        });
        foreach (var trial in study.Trials)
        {
            Complete(trial, new TrialStepResult(0.5, 0.1, 1, 1));
        }

        var outline = StudyOutline.Of(study, new(1, 1, 1));
        var asked = new PredictionPlan { Positions = ["3"], Operations = ["bottleneck(w=2,k=3)"] };
        var job = new PredictionJob(_session, asked, outline, SmallStudy.Data);
        var predictors = job.Steps(null!).OfType<PredictorStep>().Select(p => $"{p.Place}: {p.Operation}").ToList();

        Assert.Equal(
            [
                "1: conv-stack(w=1,k=3)", "1: conv-stack(w=2,k=3)", "1: residual(w=2,k=3)",
                "2: conv-stack(w=1,k=3)", "2: conv-stack(w=2,k=3)", "2: residual(w=2,k=3)",
                "3: bottleneck(w=2,k=3)",
            ],
            predictors
        );
        int measurements = job.Steps(null!).Count(s => s is MeasureStep or PredictorStep);
        Assert.Equal(measurements * 6 / 7, job.StepsLeftOfTried);
        Assert.DoesNotContain(job.Steps(null!), step => step is SimilarityStep);
    }

    public void Dispose()
    {
        _session.Dispose();
        _directory.Dispose();
    }

    private void Complete<TResult>(NetworkStep step, TResult result)
        where TResult : class
    {
        SmallStudy.Declare(_session.Workspace, [step]);
        _session.Workspace.Steps.Complete(step.Key, StepResults.ToJson(result), seconds: 1);
    }
}
