using Graft.Networks;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>The loss of <see cref="KnowledgeDistillation"/>: what the student learns from labels, the teacher's logits and its feature maps.</summary>
/// <param name="teacher">The teacher, in evaluation mode on the device of the images; it is not changed.</param>
/// <param name="distillation">The weights, and the temperature.</param>
/// <param name="labelSmoothing">Label smoothing of the loss on the labels, in [0, 1).</param>
internal sealed class DistillationObjective(Network teacher, KnowledgeDistillation distillation, double labelSmoothing = 0) : ITrainingObjective
{
    /// <inheritdoc/>
    public (Tensor Loss, Tensor Logits) Of(Network network, Tensor images, Tensor labels)
    {
        int[] ends = distillation.FeatureWeight > 0 ? EndsOf(network) : [];
        var (logits, features) = Answer(network, images, ends);
        var losses = new List<Tensor>();
        if (!distillation.WithoutLabels)
        {
            losses.Add(nn.functional.cross_entropy(logits, labels, label_smoothing: labelSmoothing));
        }

        if (distillation.Weight > 0 || ends.Length > 0)
        {
            Tensor target;
            IReadOnlyList<Tensor> targets;
            using (no_grad())
            {
                (target, targets) = Answer(teacher, images, ends);
            }

            if (distillation.Weight > 0)
            {
                losses.Add(OnLogits(logits, target));
            }

            losses.AddRange(features.Zip(targets, OnFeatures).Select(error => error.Times(distillation.FeatureWeight!.Value / ends.Length)));
        }

        return (losses.Aggregate(TensorArithmetic.Plus), logits);
    }

    // The last position of every place that holds something else than the teacher, and the last of all: there the student is to see what the teacher sees.
    private int[] EndsOf(Network student) => ReferenceEquals(student.Definition, teacher.Definition) || student.Definition.Name == teacher.Definition.Name
        ? [.. student.Substituted.Select(p => p.Place.Last).Append(student.Positions.Count).Distinct()]
        : throw new ArgumentException(
            $"{student.Definition.Name} has other feature maps than its teacher {teacher.Definition.Name}; only logits can be compared.", nameof(student));

    private static (Tensor Logits, IReadOnlyList<Tensor> Features) Answer(Network network, Tensor images, int[] ends)
    {
        if (ends.Length == 0)
        {
            return (network.call(images), []);
        }

        int last = network.Positions.Count;
        var features = network.ForwardFeatures(images, ends.Append(last).ToHashSet());
        return (network.ForwardAfter(network.Positions[^1], features[last].Input, features[last].Output), [.. ends.Select(end => features[end].Output)]);
    }

    // KL(p ‖ q) without the entropy of p, which is no function of the student.
    private Tensor OnLogits(Tensor logits, Tensor teacherLogits)
    {
        double t = distillation.Temperature;
        var target = nn.functional.softmax(teacherLogits.Over(t), 1);
        return (target * nn.functional.log_softmax(logits.Over(t), 1)).sum(1).mean().Times(-distillation.Weight * t * t);
    }

    // [N, C, H, W]: squared error in parts of the teacher's mean square, so that all ends weigh alike.
    private static Tensor OnFeatures(Tensor feature, Tensor target)
    {
        var (error, power) = FeatureError.Of(feature, target);
        return error / power;
    }
}
