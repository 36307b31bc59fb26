using static TorchSharp.torch;

namespace Graft.Onnx;

/// <summary>Hears a network's answers while it is compared with its file, and may refuse that before it is written.</summary>
/// <param name="require">Is told the class that the network answers to each image; throws where the file must not be written.</param>
internal sealed class AnswerCheck(Action<IReadOnlyList<int>> require)
{
    private readonly List<int> _answers = [];

    /// <summary>Hears the answers to more images.</summary>
    /// <param name="logits">The network's logits, [N, K].</param>
    public void Add(Tensor logits) => _answers.AddRange(logits.argmax(1).to(ScalarType.Int32).cpu().data<int>()); // [N, K] -> [N]

    /// <summary>Makes sure that the file may be written, once all answers are there.</summary>
    public void Require() => require(_answers);
}
