using Graft.Networks;
using static TorchSharp.torch;

namespace Graft.Measures;

/// <summary>
/// Scores from the gradient of the loss with respect to the weights of convolutions and fully connected layers, here of the whole swapped network with distilled weights,
/// in batch statistics as training will see them:
/// <list type="bullet">
/// <item><b>gradient norm</b> (<b>Abdelfattah et al. 2021</b>, section 3.2): sum over layers of the Euclidean norm;</item>
/// <item><b>SNIP</b> (<b>Lee, Ajanthan &amp; Torr 2019</b>, eq. 4–6; as a score in Abdelfattah et al. 2021, eq. 1): Σ |θ · ∂L/∂θ|;</item>
/// <item><b>ZiCo</b> (<b>Li et al. 2023</b>, eq. 16): Σ over layers of ln Σ E|∂L/∂θ| / √Var|∂L/∂θ|, mean and variance over batches. Weights whose gradient does not vary are left
/// out, as in the authors' code, which takes the deviation of signed gradients where the paper has that of absolute ones; here it is the paper's.</item>
/// </list>
/// Gradient norm and SNIP are of the mean gradient of all batches.
/// </summary>
/// <param name="GradientNorm">The gradient norm.</param>
/// <param name="Snip">SNIP.</param>
/// <param name="Zico">ZiCo; NaN with fewer than two batches.</param>
public sealed record GradientScores(double GradientNorm, double Snip, double Zico)
{
    /// <summary>Collects a layer's gradients batch by batch. Biases and batch normalisation, which have one dimension, are not looked at.</summary>
    internal sealed class Collector(Network network)
    {
        private readonly List<(Tensor Weight, Sums Sums)> _layers = [.. network.parameters().Where(p => p.dim() >= 2).Select(p => ((Tensor)p, new Sums(p)))];
        private int _batches;

        /// <summary>Takes the gradients of a batch, and clears them.</summary>
        public void Add()
        {
            using var _ = no_grad();
            _layers.ForEach(layer => layer.Sums.Add(layer.Weight.grad!));
            network.zero_grad();
            _batches++;
        }

        /// <summary>The scores of the batches so far.</summary>
        public GradientScores Scores()
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            double norm = 0, snip = 0, zico = 0;
            foreach (var (weight, sums) in _layers)
            {
                var mean = sums.Signed / _batches;
                norm += mean.norm().item<double>();
                snip += (weight * mean).abs().sum().item<double>();
                var absolute = sums.Absolute / _batches;
                var std = (sums.Square / _batches - absolute.square()).clamp_min(0).sqrt();
                var ratios = where(std > 0, absolute / std, zeros_like(std)).sum().item<double>();
                zico += ratios > 0 ? Math.Log(ratios) : 0;
            }

            return new(norm, snip, _batches < 2 ? double.NaN : zico);
        }
    }

    // Over batches: of g, |g| and g², in fp64.
    private sealed class Sums(Tensor weight)
    {
        public Tensor Signed { get; } = zeros_like(weight, ScalarType.Float64);

        public Tensor Absolute { get; } = zeros_like(weight, ScalarType.Float64);

        public Tensor Square { get; } = zeros_like(weight, ScalarType.Float64);

        public void Add(Tensor gradient)
        {
            using var scope = NewDisposeScope();
            var g = gradient.to(ScalarType.Float64);
            Signed.add_(g);
            Absolute.add_(g.abs());
            Square.add_(g.square());
        }
    }
}
