using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>Sums over images how a changed network's answers differ from the teacher's.</summary>
internal sealed class AnswerComparison
{
    private double _loss, _teacherLoss, _divergence;
    private long _correct;

    /// <summary>Images that were looked at.</summary>
    public int Images { get; private set; }

    /// <summary>Mean cross-entropy of the changed network, in nats.</summary>
    public double Loss => _loss / Images;

    /// <summary>The same less that of the teacher (<b>LANA</b> eq. 3).</summary>
    public double LossRise => (_loss - _teacherLoss) / Images;

    /// <summary>Mean KL(teacher ‖ changed network) of the class probabilities, in nats (<b>Puzzle</b>).</summary>
    public double Divergence => _divergence / Images;

    /// <summary>The part of the images that the changed network classifies rightly.</summary>
    public double Accuracy => (double)_correct / Images;

    /// <summary>Whether all answers were numbers.</summary>
    public bool IsFinite => double.IsFinite(_loss) && double.IsFinite(_divergence);

    /// <summary>Adds a batch.</summary>
    /// <param name="teacher">What the teacher answers.</param>
    /// <param name="logits">What the changed network answers, [N, K].</param>
    /// <param name="teacherLoss">The teacher's summed cross-entropy with the same kind of batch statistics as the changed network's, where those are other than
    /// <paramref name="teacher"/>'s.</param>
    public void Add(TeacherAnswer teacher, Tensor logits, double? teacherLoss = null)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var expected = teacher.LogProbabilities;
        var found = nn.functional.log_softmax(logits.to(ScalarType.Float64), 1);
        _divergence += (expected.exp() * (expected - found)).sum().item<double>();
        _loss += nn.functional.nll_loss(found, teacher.Labels, reduction: nn.Reduction.Sum).item<double>();
        _teacherLoss += teacherLoss ?? teacher.Loss;
        _correct += found.argmax(1).eq(teacher.Labels).sum().item<long>();
        Images += (int)teacher.Labels.shape[0];
    }
}
