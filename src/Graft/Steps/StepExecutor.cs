using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Graft.Analysis;
using Graft.Data;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Networks;
using Graft.Operations;
using Graft.Runtime;
using Graft.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Steps;

/// <summary>
/// Runs steps in this process and stores what they give. Each step is locked while it runs, so that several processes on one workspace never do the same work
/// twice; a step that was interrupted goes on from its checkpoint.
/// </summary>
public sealed partial class StepExecutor
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromMinutes(2);

    private readonly Workspace _workspace;
    private readonly ImageData _data;
    private readonly RunEnvironment _environment;
    private readonly Device _device;
    private readonly TimeProvider _time;

    /// <param name="workspace">Where steps are declared and results stored.</param>
    /// <param name="data">The data set that the steps are about.</param>
    /// <param name="environment">Recorded beside each result; its device is where tensors live.</param>
    /// <param name="time">The clock.</param>
    public StepExecutor(Workspace workspace, ImageData data, RunEnvironment environment, TimeProvider time)
    {
        _workspace = workspace;
        _data = data;
        _environment = environment;
        _device = device(environment.Device);
        _time = time;
    }

    /// <summary>
    /// Runs declared steps: one step, or steps of one kind and group. Steps that are done already are left alone; a step whose training diverges fails by itself.
    /// </summary>
    /// <param name="keys">The steps' keys.</param>
    /// <param name="threads">Threads that torch computes with.</param>
    /// <param name="progress">Is told how far the job has come.</param>
    /// <param name="cancellation">Ends the job between two batches; checkpoints are kept.</param>
    /// <exception cref="GraftException">Something beyond these steps is wrong: a full disk, a workspace that cannot be used, other data.</exception>
    public IReadOnlyDictionary<string, StepOutcome> Run(
        IReadOnlyList<string> keys, int threads, IProgress<StepProgress>? progress = null, CancellationToken cancellation = default)
    {
        set_num_threads(threads);
        var outcomes = new Dictionary<string, StepOutcome>();
        var locks = new List<StepLock>();
        try
        {
            var steps = new List<Step>();
            foreach (string key in keys)
            {
                if (_workspace.TryLock(key) is not { } held)
                {
                    outcomes[key] = StepOutcome.Busy;
                    continue;
                }

                locks.Add(held);
                var stored = _workspace.Steps.Find(key) ?? throw new ArgumentException($"Step {key} is not declared.", nameof(keys));
                if (stored.State == StepState.Done)
                {
                    outcomes[key] = StepOutcome.Done;
                    continue;
                }

                steps.Add(Step.FromJson(stored.Specification));
            }

            if (steps.Count > 0)
            {
                Attempt(steps, threads, progress, outcomes, cancellation);
            }

            return outcomes;
        }
        finally
        {
            locks.ForEach(l => l.Dispose());
        }
    }

    private void Attempt(
        List<Step> steps, int threads, IProgress<StepProgress>? progress, Dictionary<string, StepOutcome> outcomes, CancellationToken cancellation)
    {
        if (steps.FirstOrDefault(s => s.Data != _data.Fingerprint) is { } other)
        {
            throw new DataException($"Step {other.Key} is about other data (fingerprint {other.Data[..12]}…) than '{_data.Name}' ({_data.Fingerprint[..12]}…).");
        }

        string environment = StepResults.ToJson(_environment with { Threads = threads });
        foreach (var step in steps)
        {
            _workspace.Steps.MarkRunning(step.Key, environment);
        }

        long started = _time.GetTimestamp();
        try
        {
            using var scope = NewDisposeScope();
            switch (steps[0])
            {
                case TeacherStep teacher:
                    outcomes[teacher.Key] = Train(teacher, Context(teacher.Key, progress, cancellation), started);
                    break;
                case ImportStep import:
                    outcomes[import.Key] = Import(import, started, cancellation);
                    break;
                case TrialStep trial:
                    outcomes[trial.Key] = Try(trial, Context(trial.Key, progress, cancellation), started);
                    break;
                case PredictorStep predictors:
                    outcomes[predictors.Key] = Measure(predictors, started, cancellation);
                    break;
                case SimilarityStep similarity:
                    outcomes[similarity.Key] = Compare(similarity, started, cancellation);
                    break;
                case FineTuningStep fineTuning:
                    outcomes[fineTuning.Key] = FineTune(fineTuning, Context(fineTuning.Key, progress, cancellation), started);
                    break;
                case ScoreStep:
                    Score([.. steps.Cast<ScoreStep>()], progress, started, outcomes, cancellation);
                    break;
                case ArchitectureStep:
                    Judge([.. steps.Cast<ArchitectureStep>()], progress, started, outcomes, cancellation);
                    break;
                case DistillationStep:
                    var group = steps.Cast<DistillationStep>().ToList();
                    Distil(group, Context(KeyOf(group), progress, cancellation), started, outcomes);
                    break;
            }
        }
        catch (Exception e) when (e is DivergedException or DataException || e is not (GraftException or OperationCanceledException))
        {
            foreach (var step in steps)
            {
                _workspace.Steps.Fail(step.Key, FirstLine(e.Message), Seconds(started));
                outcomes[step.Key] = StepOutcome.Failed;
            }
        }
    }

    private StepOutcome Train(TeacherStep step, TrainingContext context, long started)
    {
        var data = TrainingData.Create(_data, step.HeldOut.Fraction, step.HeldOut.Seed);
        using var network = Network.Create(step.Network, _data.Train.Shape, _data.ClassNames.Count, Seed.Derive(step.Seed, (long)SeedUse.InitialValues));
        network.Precision = step.Precision;
        network.to(_device);
        context = context with { EpochDone = epoch => _workspace.Steps.SaveEpoch(step.Key, epoch) };
        new Trainer(network, data, step.Recipe, step.Epochs, Seed.Derive(step.Seed, (long)SeedUse.TeacherOrder), context).Run();
        return CompleteTeacher(step, network, _data.Normalization, started, context);
    }

    private StepOutcome Import(ImportStep step, long started, CancellationToken cancellation)
    {
        string path = _workspace.Artifacts.PathOf(step.ImportPath);
        using var network = NetworkWeights.Open(path, _data.Train.Shape, _data.ClassNames.Count, step.Network);
        network.Precision = step.Precision;
        network.to(_device);
        return CompleteTeacher(step, network, NetworkWeights.ReadNormalization(path) ?? _data.Normalization, started, new() { Cancellation = cancellation });
    }

    private StepOutcome CompleteTeacher(Step step, Network network, Normalization normalization, long started, TrainingContext context)
    {
        var test = Evaluator.Evaluate(network, _data.Test, normalization, null, _device, context.Cancellation);
        string weights = $"weights/{step.Key}.safetensors";
        NetworkWeights.Save(network, normalization, _workspace.Artifacts.PathOf(weights));
        var cost = network.Cost();
        var result = new TeacherStepResult(test.Accuracy, cost.Parameters, cost.MultiplyAccumulates, weights);
        return Complete(step, result, started, test, context.Checkpoint);
    }

    private StepOutcome Try(TrialStep step, TrainingContext context, long started)
    {
        using var network = OpenTeacher(step.Teacher, step.Network, step.Precision, out var data);
        if (step.Position > 0)
        {
            var position = network.Definition.PositionAt(step.Position);
            var operation = OperationCatalog.Default.Parse(step.Operation);
            PutDistilled(network, position, operation.Unmodified, step.Distillation);
            if (operation.FreezesRest)
            {
                network.TrainOnly(position);
            }
        }

        network.to(_device);
        var before = Evaluator.Evaluate(network, data.Test, data.Normalization, null, _device, context.Cancellation);
        var split = TrainingData.Create(data, step.HeldOut.Fraction, step.HeldOut.Seed);
        context = context with { EpochDone = epoch => _workspace.Steps.SaveEpoch(step.Key, epoch) };
        new Trainer(network, split, step.Recipe, step.Epochs, Seed.Derive(step.Seed, (long)SeedUse.TrialOrder), context).Run();
        var test = Evaluator.Evaluate(network, data.Test, data.Normalization, null, _device, context.Cancellation);
        var cost = network.Cost();
        var result = new TrialStepResult(test.Accuracy, before.Accuracy, cost.Parameters, cost.MultiplyAccumulates);
        return Complete(step, result, started, test, context.Checkpoint);
    }

    private void PutDistilled(Network network, Position position, OperationSpec operation, string? distillation)
    {
        using var layers = new LayerFactory(0); // distilled values follow
        network.Substitute(position, operation, layers);
        if (distillation is not null)
        {
            NetworkWeights.Load(network.OperationAt(position), PathOf(ResultOf<DistillationStepResult>(distillation).Weights));
        }
    }

    private void Distil(List<DistillationStep> steps, TrainingContext context, long started, Dictionary<string, StepOutcome> outcomes)
    {
        var first = steps[0];
        if (steps.Any(s => s.Group != first.Group))
        {
            throw new ArgumentException("Distillation steps of different groups cannot share the teacher's passes.", nameof(steps));
        }

        using var teacher = OpenTeacher(first.Teacher, first.Network, first.Precision, out var data);
        var split = TrainingData.Create(data, first.HeldOut.Fraction, first.HeldOut.Seed);
        var candidates = steps.Select(step => Candidate(step, teacher.Definition)).ToList();
        var results = new Distiller(teacher, split, first.Recipe, Seed.Derive(first.OrderSeed, (long)SeedUse.DistillationOrder), context).Run(candidates);
        double seconds = Seconds(started) / steps.Count; // the job's time is shared out
        foreach (var (step, candidate, result) in steps.Zip(candidates, results))
        {
            _workspace.Steps.SaveLossPoints(step.Key, result.History);
            if (result.Error is { } error)
            {
                _workspace.Steps.Fail(step.Key, error, seconds);
                outcomes[step.Key] = StepOutcome.Failed;
            }
            else
            {
                string weights = $"candidates/{step.Key}.safetensors";
                NetworkWeights.Save(candidate.Operation, PathOf(weights));
                _workspace.Steps.Complete(step.Key, StepResults.ToJson(new DistillationStepResult(result.Loss, weights)), seconds);
                outcomes[step.Key] = StepOutcome.Done;
            }

            candidate.Operation.Dispose();
        }

        context.Checkpoint!.Delete();
    }

    private static DistillationCandidate Candidate(DistillationStep step, NetworkDefinition definition)
    {
        var position = definition.PositionAt(step.Position);
        var operation = OperationCatalog.Default.Parse(step.Operation);
        using var layers = new LayerFactory(Seed.Derive(step.Seed, (long)SeedUse.CandidateValues, step.Position));
        return new(step.Key, position, operation.Create(position, layers), BeginsAfresh: operation.Family.Name == ReinitializedTeacher.FamilyName);
    }

    // A teacher's pixels are normalised in the way that its weights were trained with.
    private Network OpenTeacher(string key, string name, Precision precision, out ImageData data)
    {
        string path = PathOf(ResultOf<TeacherStepResult>(key).Weights);
        data = NetworkWeights.ReadNormalization(path) is { } normalization ? _data with { Normalization = normalization } : _data;
        var network = NetworkWeights.Open(path, data.Train.Shape, data.ClassNames.Count, name);
        network.Precision = precision;
        network.to(_device);
        return network;
    }

    private StepOutcome Complete<TResult>(Step step, TResult result, long started, EvaluationResult test, CheckpointFile? checkpoint)
    {
        var outcome = TestOutcome.FromPredictions(test.Predicted, _data.Test.Labels);
        _workspace.Steps.Complete(step.Key, StepResults.ToJson(result), Seconds(started), outcome);
        checkpoint?.Delete();
        return StepOutcome.Done;
    }

    private TResult ResultOf<TResult>(string key) => _workspace.Steps.Find(key) is { State: StepState.Done, Result: { } result }
        ? StepResults.FromJson<TResult>(result)
        : throw new RunException($"step {key} has no result yet, but another step needs it.");

    private TrainingContext Context(string checkpoint, IProgress<StepProgress>? progress, CancellationToken cancellation) => new()
    {
        Device = _device,
        Time = _time,
        Checkpoint = new(PathOf($"checkpoints/{checkpoint}.safetensors"), CheckpointInterval, _time),
        Progress = progress is null ? null : new Fractions(progress),
        Cancellation = cancellation,
    };

    private string PathOf(string artifact) => _workspace.Artifacts.PathOf(artifact);

    private double Seconds(long started) => _time.GetElapsedTime(started).TotalSeconds;

    // The checkpoint of a group belongs to exactly these candidates.
    private static string KeyOf(IEnumerable<DistillationStep> group) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(group.Select(s => s.Key)))).AsSpan(0, 16));

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();

    private sealed class Fractions(IProgress<StepProgress> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new((double)value.Images / value.TotalImages, value.Loss));
    }
}
