using Graft.Operations;
using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>One candidate while it is distilled: its optimizer and its losses. Nothing of it depends on which others are distilled beside it.</summary>
internal sealed class CandidateTraining : IDisposable
{
    private readonly DistillationCandidate _candidate;
    private readonly DistillationRecipe _recipe;
    private readonly CosineSchedule _schedule;
    private readonly Adam _adam;

    public CandidateTraining(DistillationCandidate candidate, DistillationRecipe recipe, CosineSchedule schedule, Precision precision, Device device)
    {
        _candidate = candidate;
        _recipe = recipe;
        _schedule = schedule;
        candidate.Operation.to(device);
        candidate.Operation.Layers = precision.Layers();
        _adam = new([.. candidate.Operation.parameters()]);
    }

    public string Key => _candidate.Key;

    /// <summary>The position that the candidate is distilled for.</summary>
    public Place Place => _candidate.Position.Place;

    /// <summary>The losses so far.</summary>
    public CandidateLosses Losses { get; set; } = new();

    /// <summary>
    /// What the losses so far come to. A loss on held-out images that is not finite is a failure, too: the last steps may have spoilt the candidate.
    /// </summary>
    public DistillationResult Result
    {
        get
        {
            var result = Losses.ToResult();
            return result.Error is null && !double.IsFinite(result.Loss)
                ? result with { Error = Diverged(Invariant($"the loss on held-out images is {result.Loss}")) }
                : result;
        }
    }

    public IEnumerable<(string Name, Tensor Tensor)> State =>
        _candidate.Operation.NamedTensors(Key).Concat(_adam.State.Select(s => ($"{Key}.{s.Name}", s.Tensor)));

    /// <summary>Takes a step towards the teacher's answer. A candidate whose loss is not finite fails and is left alone from then on.</summary>
    /// <param name="features">The teacher's feature maps, as <see cref="Networks.Network.ForwardFeatures"/> gives them.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="images">Images in the batch.</param>
    public void Train(IReadOnlyDictionary<int, (Tensor Input, Tensor Output)> features, int step, int images)
    {
        if (Losses.Error is not null)
        {
            return;
        }

        using var scope = NewDisposeScope();
        _candidate.Operation.train();
        var (error, power) = Errors(features);
        (_recipe.Normalize ? error / power : error).backward();
        _adam.Step(step, _schedule.At(step));
        double loss = (error / power).item<float>();
        Losses = double.IsFinite(loss)
            ? Losses.Add(loss, images)
            : Losses with { Error = Diverged(Invariant($"the loss is {loss} in step {step + 1}")) };
    }

    /// <summary>Adds the squared errors on a batch of held-out images.</summary>
    public void Test(IReadOnlyDictionary<int, (Tensor Input, Tensor Output)> features, int images)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _candidate.Operation.eval();
        var (error, power) = Errors(features);
        Losses = Losses.AddHeldOut(error.item<float>() * images, power.item<float>() * images);
    }

    public void Dispose() => _adam.Dispose();

    private string Diverged(string how) => Invariant($"distillation diverged: {how}; lower distillation.learningRate ({_schedule.Peak}).");

    private (Tensor Error, Tensor Power) Errors(IReadOnlyDictionary<int, (Tensor Input, Tensor Output)> features)
    {
        var place = _candidate.Position.Place;
        return FeatureError.Of(_candidate.Operation.call(features[place.First].Input), features[place.Last].Output);
    }
}
