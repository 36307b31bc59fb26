using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Training;

/// <summary>Adam (Kingma &amp; Ba 2015, algorithm 1) with β₁ 0.9, β₂ 0.999, ε 1e-8 and no weight decay.</summary>
internal sealed class Adam : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly FlatParameters _parameters;
    private readonly Tensor _mean, _square;

    public Adam(IReadOnlyList<Parameter> parameters)
    {
        _parameters = new(parameters);
        _mean = zeros_like(_parameters.Values).DetachFromDisposeScope();
        _square = zeros_like(_parameters.Values).DetachFromDisposeScope();
    }

    /// <summary>What has to be kept, beside the number of steps, to go on later exactly as if nothing had happened.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => [("adam.mean", _mean), ("adam.square", _square)];

    /// <summary>Takes a step along the gradients and sets them to zero.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="learningRate">The step size η.</param>
    public void Step(int step, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var gradient = _parameters.Gradients;
        _mean.MultiplyInPlace(Beta1).AddInPlace(gradient, 1 - Beta1);
        _square.MultiplyInPlace(Beta2).AddProductInPlace(gradient, gradient, 1 - Beta2);
        double correction1 = 1 - Math.Pow(Beta1, step + 1), correction2 = 1 - Math.Pow(Beta2, step + 1);
        var denominator = _square.sqrt().DivideInPlace(Math.Sqrt(correction2)).AddInPlace(Epsilon);
        _parameters.Values.AddQuotientInPlace(_mean, denominator, -learningRate / correction1);
        gradient.zero_();
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _mean.Dispose();
        _square.Dispose();
    }
}
