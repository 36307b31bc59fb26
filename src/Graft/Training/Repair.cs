using Graft.Analysis;
using Graft.Networks;

namespace Graft.Training;

/// <summary>
/// Repairs a network that was put together from distilled parts, before it is fine-tuned. Each part has learnt on the teacher's own feature maps; in the
/// network it gets what the parts before it make of them. So the whole learns, without labels, to give the teacher's logits and its feature maps at the end
/// of every changed place.
/// </summary>
internal static class Repair
{
    /// <summary>Repairs to the end, from the checkpoint if there is one, and returns the epochs.</summary>
    /// <param name="network">The network, with the values that it starts from; on the context's device.</param>
    /// <param name="teacher">Its teacher, on the same device; it is not changed.</param>
    /// <param name="data">What to train on; the labels do not matter but for the accuracies that are reported.</param>
    /// <param name="recipe">How.</param>
    /// <param name="seed">Decides which images, their order and their augmentation.</param>
    /// <param name="context">Where and for whom.</param>
    /// <exception cref="DivergedException">The loss is not finite any more.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; a checkpoint has been written.</exception>
    public static IReadOnlyList<EpochResult> Run(
        Network network, Network teacher, TrainingData data, RepairRecipe recipe, int seed, TrainingContext context)
    {
        var part = data.Draw(recipe.Images, seed);
        bool training = teacher.training;
        teacher.eval();
        try
        {
            return new Trainer(network, part, recipe.Training, recipe.Epochs, seed, context, new DistillationObjective(teacher, recipe.Distillation)).Run();
        }
        finally
        {
            teacher.train(training);
        }
    }
}
