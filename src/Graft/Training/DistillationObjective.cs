using Graft.Networks;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>The loss of <see cref="KnowledgeDistillation"/>.</summary>
/// <param name="teacher">The teacher, in evaluation mode on the device of the images; it is not changed.</param>
/// <param name="distillation">Weight and temperature.</param>
internal sealed class DistillationObjective(Network teacher, KnowledgeDistillation distillation)
{
    /// <summary>What is added to the loss on the labels; null where the teacher has no weight.</summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="logits">The student's answer, [N, K].</param>
    public Tensor? Of(Tensor images, Tensor logits)
    {
        if (distillation.Weight == 0)
        {
            return null;
        }

        double t = distillation.Temperature;
        Tensor target;
        using (no_grad())
        {
            target = nn.functional.softmax(teacher.call(images) / t, 1);
        }

        // KL(p ‖ q) without the entropy of p, which is no function of the student.
        return -(target * nn.functional.log_softmax(logits / t, 1)).sum(1).mean() * (distillation.Weight * t * t);
    }
}
