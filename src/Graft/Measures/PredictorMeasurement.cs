using Graft.Data;
using Graft.Networks;
using Graft.Operations;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Graft.Measures;

/// <summary>Measures all predictors of one substitution on batches of held-out images, in fp32 whatever precision trains.</summary>
public sealed class PredictorMeasurement
{
    private readonly Network _teacher, _swapped;
    private readonly Position _position;
    private readonly Device _device;

    /// <param name="teacher">The teacher. Its stored batch statistics change: it is of no use afterwards.</param>
    /// <param name="swapped">The teacher with the distilled candidate in place; of no use afterwards either.</param>
    /// <param name="position">Where it is.</param>
    /// <param name="device">Where both networks are.</param>
    public PredictorMeasurement(Network teacher, Network swapped, Position position, Device device)
    {
        _teacher = teacher;
        _swapped = swapped;
        _position = position;
        _device = device;
    }

    /// <summary>Measures.</summary>
    /// <param name="batches">The images; the caller disposes them.</param>
    /// <param name="time">The clock that operations are timed by.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    public PredictorValues Measure(IReadOnlyList<Batch> batches, TimeProvider time, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var images = batches.Select(b => b.Images.to(_device)).ToList();
        var labels = batches.Select(b => b.Labels.to(_device)).ToList();
        var teacherLogits = Logits(_teacher, images);
        var stored = new LogitComparison();
        foreach (var (i, logits) in Logits(_swapped, images).Index())
        {
            stored.Add(teacherLogits[i], teacherLogits[i], logits, labels[i]);
        }

        cancellation.ThrowIfCancellationRequested();
        var own = _teacher.OperationAt(_position);
        var candidate = _swapped.OperationAt(_position);
        var (input, target) = FeaturesAtPosition(images);
        var answer = Answer(input);
        var (ownMs, candidateMs) = LatencyComparison.MeasureMs(own, candidate, input[0], time);
        double cka = LinearCka.Of(answer, target), error = RelativeError(answer, target);
        cancellation.ThrowIfCancellationRequested();
        double naswot = ActivationCodes.Score(_swapped, images[0]), jacobian = JacobianCovariance.Score(_swapped, images[0]);
        cancellation.ThrowIfCancellationRequested();
        var (inBatchStatistics, gradients) = TrainingMode(images, labels, teacherLogits, cancellation); // last: it changes stored statistics
        var (ownCost, cost) = (own.Cost(_position.Input), candidate.Cost(_position.Input));
        return new()
        {
            Parameters = cost.Parameters - ownCost.Parameters,
            MultiplyAccumulates = cost.MultiplyAccumulates - ownCost.MultiplyAccumulates,
            LatencyMs = candidateMs,
            TeacherLatencyMs = ownMs,
            DistillationError = Finite(error),
            LossRise = Finite(stored.LossRise),
            LossRiseBatchStatistics = Finite(inBatchStatistics.LossRise),
            KlRise = Finite(stored.Divergence),
            KlRiseBatchStatistics = Finite(inBatchStatistics.Divergence),
            Cka = Finite(cka),
            GradientNorm = Finite(gradients.GradientNorm),
            Snip = Finite(gradients.Snip),
            Zico = Finite(gradients.Zico),
            LogSynFlow = Finite(SynapticFlow.LogScore(_swapped)),
            Naswot = Finite(naswot),
            JacobianCovariance = Finite(jacobian),
        };
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static List<Tensor> Logits(Network network, List<Tensor> images)
    {
        using var _ = no_grad();
        network.eval();
        return [.. images.Select(x => network.call(x))];
    }

    // The teacher's feature maps before the position, batch by batch, and behind it, of all images.
    private (List<Tensor> Input, Tensor Target) FeaturesAtPosition(List<Tensor> images)
    {
        using var _ = no_grad();
        _teacher.eval();
        var (inputs, targets) = (new List<Tensor>(), new List<Tensor>());
        foreach (var x in images)
        {
            using var scope = NewDisposeScope();
            var features = _teacher.ForwardFeatures(x, new HashSet<int> { _position.Place.First, _position.Place.Last });
            var (input, target) = (features[_position.Place.First].Input, features[_position.Place.Last].Output);
            inputs.Add(input.MoveToOuterDisposeScope());
            targets.Add(target.MoveToOuterDisposeScope());
        }

        return (inputs, cat([.. targets]));
    }

    private Tensor Answer(List<Tensor> inputs)
    {
        using var _ = no_grad();
        _swapped.eval();
        return cat([.. inputs.Select(x => _swapped.OperationAt(_position).call(x))]);
    }

    private static double RelativeError(Tensor answer, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return ((answer - target).square().sum() / target.square().sum()).item<float>();
    }

    private (LogitComparison Logits, GradientScores Gradients) TrainingMode(
        List<Tensor> images, List<Tensor> labels, List<Tensor> teacherLogits, CancellationToken cancellation)
    {
        _teacher.train();
        _swapped.train();
        var comparison = new LogitComparison();
        var gradients = new GradientScores.Collector(_swapped);
        for (int i = 0; i < images.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var logits = _swapped.call(images[i]);
            Functional.cross_entropy(logits, labels[i]).backward();
            gradients.Add();
            using var _ = no_grad();
            comparison.Add(teacherLogits[i], _teacher.call(images[i]), logits, labels[i]);
        }

        return (comparison, gradients.Scores());
    }
}
