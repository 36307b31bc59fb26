using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations.Kernels;

/// <summary>
/// Batch normalisation and activation as one differentiable operation on bf16 feature maps of a CPU; see <see cref="BatchNormKernel"/>. In replicas of a
/// network that share a batch (<see cref="ReplicaGroup"/>) the statistics are those of the whole batch (synchronised batch norm, as PyTorch's SyncBatchNorm).
/// </summary>
internal sealed unsafe class FusedBatchNorm : autograd.SingleTensorFunction<FusedBatchNorm>
{
    private const string State = "state";

    /// <inheritdoc/>
    public override string Name => nameof(FusedBatchNorm);

    /// <summary>Whether the kernel takes this input.</summary>
    public static bool CanRun(BatchNorm2d layer, Tensor x) =>
        x.dtype == ScalarType.BFloat16
        && x.device_type == TorchSharp.DeviceType.CPU
        && x.shape[1] % BatchNormKernel.Lanes == 0
        && (layer.training || !is_grad_enabled());

    /// <summary>Normalises with the batch's statistics, and updates the stored ones, where the layer trains; with the stored ones else.</summary>
    public static Tensor Run(BatchNorm2d layer, Tensor x, ActivationKind activation)
    {
        if (layer.training)
        {
            return apply(x, layer.weight!, layer.bias!, layer, activation);
        }

        float[] mean = Values(layer.running_mean!), variance = Values(layer.running_var!);
        var affine = new Affine(layer, mean, Array.ConvertAll(variance, v => (double)v));
        return Apply(x, affine, activation);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, layer, activation) = ((Tensor)vars[0], (BatchNorm2d)vars[3], (ActivationKind)vars[4]);
        var moments = ChannelMoments.Of(ReplicaGroup.AllGather(Moments(x)));
        float[] mean = Array.ConvertAll(moments.Mean, m => (float)m);
        UpdateStatistics(layer, mean, moments.Variance, moments.Rows);
        var affine = new Affine(layer, mean, moments.Variance);
        ctx.save_for_backward([x]);
        ctx.save_data(State, (affine, activation));
        return Apply(x, affine, activation);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var x = ctx.get_saved_variables()[0];
        var (affine, activation) = ((Affine, ActivationKind))ctx.get_data(State);
        int channels = affine.Mean.Length, rows = (int)(x.numel() / channels);
        float[] factor = new float[channels], constant = new float[channels], weight = new float[channels], bias = new float[channels];
        using var flat = ChannelsLast.Rows(x);
        using var gradient = ChannelsLast.Rows(grad_output);
        var dx = empty_like(flat);
        fixed (byte* value = flat.bytes, dy = gradient.bytes, target = dx.bytes)
        {
            var own = new GradientSums(
                rows, BatchNormKernel.GradientMoments((ushort*)value, (ushort*)dy, rows, channels, affine.Scale, affine.Offset, affine.Mean, activation));
            var all = GradientSums.Of(ReplicaGroup.AllGather(own));
            for (int c = 0; c < channels; c++)
            {
                // Gradients of parameters are summed up over replicas later, as all others are.
                double inverse = affine.InverseStd[c];
                weight[c] = (float)(own.Product[c] * inverse);
                bias[c] = (float)own.Gradient[c];

                // dx = scale · (g − mean(g) − x̂ · mean(g · x̂)) with x̂ = (x − mean) / std
                double slope = -affine.Scale[c] * inverse * inverse * all.Product[c] / all.Rows;
                factor[c] = (float)slope;
                constant[c] = (float)(-affine.Scale[c] * all.Gradient[c] / all.Rows - slope * affine.Mean[c]);
            }

            BatchNormKernel.ApplyGradient(
                (ushort*)value, (ushort*)dy, (ushort*)target, rows, channels, affine.Scale, affine.Offset, factor, constant, activation);
        }

        return [dx.permute(0, 3, 1, 2), tensor(weight), tensor(bias), null!, null!];
    }

    private static ChannelMoments Moments(Tensor x)
    {
        int channels = (int)x.shape[1], rows = (int)(x.numel() / channels);
        double[] mean = new double[channels], variance = new double[channels];
        using var flat = ChannelsLast.Rows(x);
        fixed (byte* data = flat.bytes)
        {
            float[] shift = FirstRow((ushort*)data, channels);
            var (sum, square) = BatchNormKernel.Moments((ushort*)data, rows, channels, shift);
            for (int c = 0; c < channels; c++)
            {
                double difference = sum[c] / rows;
                mean[c] = shift[c] + difference;
                variance[c] = Math.Max(0, square[c] / rows - difference * difference);
            }
        }

        return new(rows, mean, variance);
    }

    private static Tensor Apply(Tensor x, Affine affine, ActivationKind activation)
    {
        int channels = (int)x.shape[1], rows = (int)(x.numel() / channels);
        using var flat = ChannelsLast.Rows(x);
        var y = empty_like(flat);
        fixed (byte* source = flat.bytes, target = y.bytes)
        {
            BatchNormKernel.Apply((ushort*)source, (ushort*)target, rows, channels, affine.Scale, affine.Offset, activation);
        }

        return y.permute(0, 3, 1, 2);
    }

    private static void UpdateStatistics(BatchNorm2d layer, float[] mean, double[] variance, int rows)
    {
        using var _ = no_grad();
        double momentum = layer.momentum ?? 0.1, unbiased = rows > 1 ? (double)rows / (rows - 1) : 1;
        using var batchMean = tensor(mean);
        using var batchVariance = tensor(Array.ConvertAll(variance, v => (float)(v * unbiased)));
        layer.running_mean!.MultiplyInPlace(1 - momentum).AddInPlace(batchMean, momentum);
        layer.running_var!.MultiplyInPlace(1 - momentum).AddInPlace(batchVariance, momentum);
        layer.num_batches_tracked!.IncrementInPlace();
    }

    private static float[] Values(Tensor x) => x.data<float>().ToArray();

    private static float[] FirstRow(ushort* x, int channels)
    {
        float[] values = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            values[c] = BitConverter.UInt32BitsToSingle((uint)x[c] << 16);
        }

        return values;
    }

    /// <summary>Sums over rows, for each channel: of the gradient g behind the activation, and of g · (x − mean).</summary>
    private sealed record GradientSums(int Rows, double[] Gradient, double[] Product)
    {
        public GradientSums(int rows, (double[] Gradient, double[] Product) sums)
            : this(rows, sums.Gradient, sums.Product)
        {
        }

        public static GradientSums Of(IReadOnlyList<GradientSums> parts) => parts.Count == 1
            ? parts[0]
            : new(parts.Sum(p => p.Rows), Sum(parts, p => p.Gradient), Sum(parts, p => p.Product));

        private static double[] Sum(IReadOnlyList<GradientSums> parts, Func<GradientSums, double[]> values) =>
            [.. Enumerable.Range(0, values(parts[0]).Length).Select(c => parts.Sum(p => values(p)[c]))];
    }

    /// <summary>What normalisation does to a channel: x · Scale + Offset.</summary>
    private sealed class Affine
    {
        public Affine(BatchNorm2d layer, float[] mean, double[] variance)
        {
            Mean = mean;
            InverseStd = Array.ConvertAll(variance, v => 1 / Math.Sqrt(v + layer.eps));
            float[] weight = Values(layer.weight!), bias = Values(layer.bias!);
            Scale = [.. weight.Select((w, c) => (float)(w * InverseStd[c]))];
            Offset = [.. bias.Select((b, c) => (float)(b - weight[c] * InverseStd[c] * mean[c]))];
        }

        public float[] Mean { get; }

        public double[] InverseStd { get; }

        public float[] Scale { get; }

        public float[] Offset { get; }
    }
}
