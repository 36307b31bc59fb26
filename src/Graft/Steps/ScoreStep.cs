using System.Text.Json.Serialization;
using Graft.Data;
using Graft.Engine;
using Graft.Measures;
using static TorchSharp.torch;

namespace Graft.Steps;

/// <summary>
/// Scores a candidate: how much worse the otherwise unchanged teacher answers held-out images when the candidate alone replaces its operation (<b>LANA</b>, eq.
/// 3). Steps that see the same images through the same teacher share its passes.
/// </summary>
internal sealed record ScoreStep() : NetworkStep(ScoreKind.KindName, ScoreKind.CurrentRevision)
{
    /// <summary>The key of the step that made the teacher.</summary>
    public required string Teacher { get; init; }

    /// <summary>What is put where.</summary>
    public required CandidateAt Candidate { get; init; }

    /// <summary>Held-out images that are looked at, at the most; drawn by chance.</summary>
    public required int Images { get; init; }

    /// <summary>What is held out of training.</summary>
    public required HeldOutPart HeldOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Invariant($"score {Candidate.Operation} at {Candidate.Place}");

    /// <inheritdoc/>
    internal override string TitleAmong(Func<string, Engine.Step?> find) => Title + DistillationStep.WordsOf(Candidate.Distillation, find);

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> Needs => Candidate.Distillation is { } distillation ? [Teacher, distillation] : [Teacher];

    /// <inheritdoc/>
    protected override IEnumerable<string> OperationNames => [Candidate.Operation];
}

/// <summary>How much worse a network answers with a candidate in place. All three are 0 for the teacher's own operation.</summary>
/// <param name="LossRise">Rise of the mean cross-entropy on the labels, in nats (<b>LANA</b>, eq. 3); below 0 where the candidate happens to help.</param>
/// <param name="KullbackLeibler">Mean Kullback-Leibler divergence from the teacher's class probabilities, in nats (<b>Puzzle</b>).</param>
/// <param name="FeatureError">Squared error of the place's output divided by the teacher's mean square there.</param>
/// <param name="Images">Images that were looked at.</param>
internal sealed record ScoreStepResult(double LossRise, double KullbackLeibler, double FeatureError, int Images);

internal sealed class ScoreKind : NetworkStepKind<ScoreStep, ScoreStepResult>
{
    public const string KindName = "score";
    public const int CurrentRevision = 1;
    internal const int EvaluationBatch = 250, StepsPerBatch = 24;

    public override string Name => KindName;

    public override int Revision => CurrentRevision;

    protected override object GroupOf(ScoreStep step) => (step.Teacher, step.Images, step.HeldOut, step.Precision);

    protected override IEnumerable<IReadOnlyList<Step>> Batches(IReadOnlyList<ScoreStep> group, StepServices services) => group.Chunk(StepsPerBatch);

    // The half of the network behind the place, about.
    protected override double WorkOf(ScoreStep step, NetworkCosts costs) =>
        Math.Min(step.Images, costs.Data.Train.Count * step.HeldOut.Fraction) * costs.OfNetwork(step.Network).Work / 2;

    protected override string Summarize(ScoreStepResult result) => StepWords.Number("KL", result.KullbackLeibler);

    protected override void Run(IReadOnlyList<ScoreStep> steps, NetworkStepContext context)
    {
        var first = steps[0];
        using var teacher = context.OpenTeacher(first, first.Teacher, out var data);
        teacher.eval();
        var images = NetworkStepContext.Draw(NetworkStepContext.Split(data, first.HeldOut).Split.HeldOut, first.Images, first.HeldOut.Seed);
        var candidates = steps
            .Select(step =>
            {
                var operation = context.Candidate(teacher.Definition, step.Candidate, step.Precision);
                operation.eval();
                return (
                    Step: step,
                    Position: teacher.Definition.PositionAt(step.Candidate.Place),
                    Operation: operation,
                    Answers: new AnswerComparison(),
                    Error: new RelativeError()
                );
            })
            .ToList();
        var needed = candidates.SelectMany(c => new[] { c.Position.Place.First, c.Position.Place.Last }).Append(teacher.Positions.Count).ToHashSet();
        int seen = 0;
        using (inference_mode())
        {
            foreach (var batch in BatchLoader.InOrder(data.Train, data.Normalization, images, EvaluationBatch))
            {
                context.Run.Cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                using (batch)
                {
                    // The features at every position, once for all candidates.
                    var features = teacher.ForwardFeatures(batch.Images.to(context.Device), needed);
                    var (lastInput, lastOutput) = features[teacher.Positions.Count];
                    var answer = new TeacherAnswer(teacher.ForwardAfter(teacher.Positions[^1], lastInput, lastOutput), batch.Labels.to(context.Device));
                    foreach (var (_, position, operation, answers, error) in candidates)
                    {
                        using var inner = NewDisposeScope();
                        var input = features[position.Place.First].Input;
                        var output = operation.call(input);
                        answers.Add(answer, teacher.ForwardAfter(position, input, output));
                        error.Add(output, features[position.Place.Last].Output);
                    }

                    seen += batch.Count;
                    context.Run.Report((double)seen / images.Length);
                }
            }
        }

        foreach (var (step, _, operation, answers, error) in candidates)
        {
            context.Complete(step, new ScoreStepResult(answers.LossRise, answers.Divergence, error.Value, answers.Images), answers.IsFinite && error.IsFinite);
            operation.Dispose();
        }
    }
}
