using System.Globalization;
using System.Text.Json;
using Graft.Data;
using Graft.Networks;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>
/// <b>LANA</b>, phase 1: trains candidates of any positions to reproduce the teacher's own operations on the teacher's own feature maps (eq. 2), all from the
/// same teacher passes. The candidates' problems are independent: a result does not depend on which others are distilled beside it. Like <see cref="Trainer"/>
/// it goes on from its checkpoint with bit-identical results.
/// </summary>
internal sealed class Distiller
{
    private const int PointsPerEpoch = 20; // of the loss curve

    private readonly Network _teacher;
    private readonly TrainingData _data;
    private readonly DistillationRecipe _recipe;
    private readonly TrainingContext _context;
    private readonly int[] _images;
    private readonly BatchLoader _loader;
    private readonly int _steps;

    /// <param name="teacher">The teacher, on the context's device; it is not changed.</param>
    /// <param name="data">What to train on; the labels do not matter.</param>
    /// <param name="recipe">How to train.</param>
    /// <param name="seed">Decides the order and the augmentation of the images.</param>
    /// <param name="context">Where and for whom.</param>
    public Distiller(Network teacher, TrainingData data, DistillationRecipe recipe, int seed, TrainingContext context)
    {
        _teacher = teacher;
        _data = data;
        _recipe = recipe;
        _context = context;
        _images = recipe.Images is { } most && most < data.Split.Train.Length
            ? data.Draw(most, seed).Split.Train
            : data.Split.Train;
        _loader = new(data.Data.Train, data.Data.Normalization, _images, recipe.BatchSize, recipe.Augmentation, seed);
        _steps = recipe.Steps(_loader.BatchesPerEpoch);
    }

    /// <summary>
    /// Distils to the end, from the checkpoint if there is one; the candidates' operations then hold the result. One result for each candidate, in order.
    /// Candidates that begin alike, of several seeds, are distilled once.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled; a checkpoint has been written.</exception>
    public IReadOnlyList<DistillationResult> Run(IReadOnlyList<DistillationCandidate> candidates)
    {
        double[] peaks = [.. candidates.Select(Begin)];
        int[] twins = [.. candidates.Select((_, i) => Enumerable.Range(0, i).FirstOrDefault(j => AreAlike(candidates[j], candidates[i]), i))];
        var trainees = candidates.Index().Where(c => twins[c.Index] == c.Index).Select(c => Trainee(c.Item, peaks[c.Index])).ToList();
        bool training = _teacher.training;
        _teacher.eval();
        try
        {
            int perEpoch = _loader.BatchesPerEpoch;
            int step = Restore(trainees);
            while (step < _steps)
            {
                foreach (var batch in _loader.Epoch(step / perEpoch, step % perEpoch).Take(_steps - step))
                {
                    double loss = Train(trainees, batch, step);
                    step++;
                    EndPoint(trainees, step == _steps ? 0 : step % perEpoch, perEpoch);
                    Report(step, loss);
                    if (_context.Cancellation.IsCancellationRequested || step % perEpoch == 0 || step == _steps || _context.Checkpoint is { IsDue: true })
                    {
                        Save(trainees, step);
                        _context.Cancellation.ThrowIfCancellationRequested();
                    }
                }
            }

            Test(trainees);
            var results = trainees.ToDictionary(t => t.Key, t => t.Result);
            foreach (var (i, candidate) in candidates.Index().Where(c => twins[c.Index] != c.Index))
            {
                candidate.Operation.CopyValuesFrom(candidates[twins[i]].Operation);
            }

            return [.. twins.Select(twin => results[candidates[twin].Key])];
        }
        finally
        {
            _teacher.train(training);
            trainees.ForEach(t => t.Dispose());
        }
    }

    // Gives a candidate the values that it begins with; its learning rate.
    private double Begin(DistillationCandidate candidate)
    {
        if (_recipe.BeginAsSkip is true)
        {
            InitialWeights.BeginAsSkip(candidate.Operation);
        }

        bool fromTeacher = _recipe.FromTeacher is true && !candidate.BeginsAfresh
            && InitialWeights.CopyFromTeacher(candidate.Operation, candidate.Position, _teacher);
        if (candidate.Weights is { } weights)
        {
            NetworkWeights.Load(candidate.Operation, weights);
        }

        return fromTeacher ? _recipe.LearningRateFromTeacher ?? _recipe.LearningRate : _recipe.LearningRate;
    }

    // Whatever their seeds: a candidate that begins with the teacher's weights whole has no values by chance.
    private static bool AreAlike(DistillationCandidate a, DistillationCandidate b)
    {
        using var scope = NewDisposeScope();
        return a.Name is not null
            && a.Name == b.Name
            && a.Position.Place == b.Position.Place
            && a.Operation.NamedTensors("").Zip(b.Operation.NamedTensors("")).All(pair => pair.First.Tensor.equal(pair.Second.Tensor).all().item<bool>());
    }

    private CandidateTraining Trainee(DistillationCandidate candidate, double peak) =>
        new(candidate, _recipe, new(peak, _steps, 0), _teacher.Precision, _context.Device);

    private double Train(List<CandidateTraining> trainees, Batch batch, int step)
    {
        using var scope = NewDisposeScope();
        using (batch)
        {
            var features = TeacherFeatures(batch, trainees);
            foreach (var trainee in trainees)
            {
                trainee.Train(features, step, batch.Count);
            }

            var learning = trainees.Select(t => t.Losses).Where(l => l is { Error: null, Images: > 0 });
            return learning.Select(l => l.Sum / l.Images).DefaultIfEmpty(double.NaN).Average();
        }
    }

    private void Test(List<CandidateTraining> trainees)
    {
        if (_data.Split.HeldOut.Length == 0)
        {
            return;
        }

        foreach (var batch in BatchLoader.InOrder(_data.Data.Train, _data.Data.Normalization, _data.Split.HeldOut, _recipe.BatchSize))
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using (batch)
            {
                var features = TeacherFeatures(batch, trainees);
                trainees.ForEach(t => t.Test(features, batch.Count));
            }
        }
    }

    private IReadOnlyDictionary<int, (Tensor Input, Tensor Output)> TeacherFeatures(Batch batch, List<CandidateTraining> trainees)
    {
        using var _ = no_grad(); // not inference mode: the feature maps are inputs of candidates that are trained
        return _teacher.ForwardFeatures(batch.Images.to(_context.Device), trainees.SelectMany(t => new[] { t.Place.First, t.Place.Last }).ToHashSet());
    }

    private static void EndPoint(List<CandidateTraining> trainees, int batch, int perEpoch)
    {
        // Points end after equal parts of an epoch, at the latest with it.
        if (batch == 0 || batch * PointsPerEpoch / perEpoch != (batch - 1) * PointsPerEpoch / perEpoch)
        {
            trainees.ForEach(t => t.Losses = t.Losses.EndPoint());
        }
    }

    private void Report(int step, double loss)
    {
        long Images(long steps) => steps * _images.Length / _loader.BatchesPerEpoch;
        _context.Progress?.Report(new(Images(step), Images(_steps), loss));
    }

    private int Restore(List<CandidateTraining> trainees)
    {
        using var file = _context.Checkpoint?.TryLoad();
        if (file is null)
        {
            return 0;
        }

        using var _ = no_grad();
        foreach (var (name, tensor) in trainees.SelectMany(t => t.State))
        {
            tensor.copy_(file.Tensors[name]);
        }

        var losses = JsonSerializer.Deserialize<Dictionary<string, CandidateLosses>>(file.Metadata["losses"])!;
        trainees.ForEach(t => t.Losses = losses[t.Key]);
        return int.Parse(file.Metadata["step"], CultureInfo.InvariantCulture);
    }

    private void Save(List<CandidateTraining> trainees, int step) => _context.Checkpoint?.Save(
        trainees.SelectMany(t => t.State),
        new Dictionary<string, string>
        {
            ["step"] = Invariant($"{step}"),
            ["losses"] = JsonSerializer.Serialize(trainees.ToDictionary(t => t.Key, t => t.Losses)),
        });
}
