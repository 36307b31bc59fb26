using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Graft.Measures;

/// <summary>Sums over images how a swapped network's logits differ from the teacher's.</summary>
internal sealed class LogitComparison
{
    private double _teacherLoss, _loss, _divergence;
    private long _images;

    /// <summary>Cross-entropy of the swapped network less that of the teacher, in nats an image.</summary>
    public double LossRise => (_loss - _teacherLoss) / _images;

    /// <summary>KL(teacher ‖ swapped network), in nats an image.</summary>
    public double Divergence => _divergence / _images;

    /// <summary>Adds a batch.</summary>
    /// <param name="target">The logits [N, K] that the divergence is taken from.</param>
    /// <param name="teacher">The teacher's logits [N, K], with the same kind of batch statistics as the swapped network's.</param>
    /// <param name="logits">The swapped network's logits [N, K].</param>
    /// <param name="labels">The classes [N].</param>
    public void Add(Tensor target, Tensor teacher, Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var expected = target.to(ScalarType.Float64).log_softmax(1);
        var found = logits.to(ScalarType.Float64).log_softmax(1);
        _divergence += (expected.exp() * (expected - found)).sum().item<double>();
        _loss += Functional.nll_loss(found, labels, reduction: nn.Reduction.Sum).item<double>();
        _teacherLoss += Functional.cross_entropy(teacher.to(ScalarType.Float64), labels, reduction: nn.Reduction.Sum).item<double>();
        _images += labels.shape[0];
    }
}
