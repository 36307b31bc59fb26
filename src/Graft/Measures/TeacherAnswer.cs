using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>What a teacher answers for a batch, and what would have been right.</summary>
internal sealed record TeacherAnswer
{
    /// <param name="logits">[N, K].</param>
    /// <param name="labels">[N].</param>
    public TeacherAnswer(Tensor logits, Tensor labels)
    {
        Labels = labels;
        LogProbabilities = nn.functional.log_softmax(logits.to(ScalarType.Float64), 1);
        Loss = nn.functional.nll_loss(LogProbabilities, labels, reduction: nn.Reduction.Sum).item<double>();
    }

    /// <summary>The right classes, [N].</summary>
    public Tensor Labels { get; }

    /// <summary>Logarithms of the class probabilities, [N, K], in fp64.</summary>
    public Tensor LogProbabilities { get; }

    /// <summary>Cross-entropy in nats, summed over the batch.</summary>
    public double Loss { get; }
}
