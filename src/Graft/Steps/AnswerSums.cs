using Graft.Engine;
using static TorchSharp.torch;

namespace Graft.Steps;

/// <summary>Sums, over images, of what tells a changed network from its teacher.</summary>
internal sealed class AnswerSums
{
    private double _loss, _teacherLoss, _divergence, _error, _power;
    private long _correct;
    private int _images;

    /// <summary>Adds a batch.</summary>
    /// <param name="teacher">What the teacher answers.</param>
    /// <param name="logits">What the changed network answers, [N, K].</param>
    /// <param name="output">The candidate's output, [N, C, H, W]; null where no single place is looked at.</param>
    /// <param name="target">The teacher's output there.</param>
    public void Add(TeacherAnswer teacher, Tensor logits, Tensor? output = null, Tensor? target = null)
    {
        int count = (int)teacher.Labels.shape[0];
        var q = nn.functional.log_softmax(logits.to(ScalarType.Float32), 1);
        var p = teacher.LogProbabilities;
        _loss += nn.functional.nll_loss(q, teacher.Labels, reduction: nn.Reduction.Sum).item<float>();
        _teacherLoss += teacher.Loss;
        _divergence += (p.exp() * (p - q)).sum().item<float>();
        _correct += q.argmax(1).eq(teacher.Labels).sum().item<long>();
        _images += count;
        if (output is not null && target is not null)
        {
            var t = target.to(ScalarType.Float32);
            _error += (output.to(ScalarType.Float32) - t).square().mean().item<float>() * count;
            _power += t.square().mean().item<float>() * count;
        }
    }

    public ScoreStepResult ToScore() => new((_loss - _teacherLoss) / _images, _divergence / _images, _power > 0 ? _error / _power : 0, _images);

    public ArchitectureStepResult ToArchitecture() => new(_loss / _images, _divergence / _images, (double)_correct / _images, _images);

    /// <summary>Records the result of a step; it fails by itself where answers are no numbers.</summary>
    public void Complete<TResult>(Step step, TResult result, NetworkStepContext context)
        where TResult : class
    {
        if (double.IsFinite(_loss) && double.IsFinite(_divergence) && double.IsFinite(_error))
        {
            context.Run.Complete(step, result);
        }
        else
        {
            context.Run.Fail(step, "the network's answers are no numbers: a candidate's distillation went astray; lower distillation.learningRate.");
        }
    }
}
