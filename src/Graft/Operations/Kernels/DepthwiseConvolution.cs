using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Graft.Operations.Kernels;

/// <summary>Depthwise convolution as a differentiable operation on bf16 feature maps of a CPU; see <see cref="DepthwiseKernel"/>.</summary>
internal sealed unsafe class DepthwiseConvolution : autograd.SingleTensorFunction<DepthwiseConvolution>
{
    private const string State = "state";

    /// <inheritdoc/>
    public override string Name => nameof(DepthwiseConvolution);

    /// <summary>
    /// Whether the kernel takes a layer on this input: where oneDNN is wrong or slow. With 3x3 kernels and stride 1 it is as fast.
    /// </summary>
    public static bool CanRun(Conv2d layer, Tensor x) =>
        x.device_type == TorchSharp.DeviceType.CPU
        && (layer.stride![0] > 1 || layer.kernel_size![0] > 3)
        && layer.groups == layer.in_channels && layer.groups == layer.out_channels && layer.groups % BFloat16Vector.Lanes == 0
        && layer.kernel_size![0] == layer.kernel_size[1] && layer.stride[0] == layer.stride[1] && layer.padding![0] == layer.padding[1]
        && layer.dilation!.All(d => d == 1)
        && x.shape[2] * x.shape[3] * layer.in_channels <= int.MaxValue;

    /// <summary>[N, C, H, W] -> [N, C, H', W'], both in bf16 with the channels last.</summary>
    public static Tensor Run(Conv2d layer, Tensor x)
    {
        var of = ConvolutionShape.Of(layer, x.shape[2], x.shape[3]);
        var shape = new DepthwiseShape((int)x.shape[0], of.Groups, of.Height, of.Width, of.Kernel, of.Stride, of.Padding);
        x = x.to(ScalarType.BFloat16);
        var y = is_grad_enabled() ? apply(x, layer.weight, shape) : Compute(x, layer.weight, shape);
        return layer.bias is { } bias ? y.Plus(bias.to(ScalarType.BFloat16).view(1, -1, 1, 1)) : y;
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, shape) = ((Tensor)vars[0], (Tensor)vars[1], (DepthwiseShape)vars[2]);
        ctx.save_for_backward([x, weight]);
        ctx.save_data(State, (shape, NeedsInput: x.requires_grad));
        return Compute(x, weight, shape);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (shape, needsInput) = ((DepthwiseShape, bool))ctx.get_data(State);
        using var x = ChannelsLast.Rows(saved[0]);
        using var dy = ChannelsLast.Rows(grad_output);
        fixed (byte* source = x.bytes, gradient = dy.bytes)
        {
            double[] dw = DepthwiseKernel.WeightGradient((ushort*)source, (ushort*)gradient, shape);
            return [needsInput ? InputGradient((ushort*)gradient, saved[1], shape) : null!, Weights(dw, shape), null!];
        }
    }

    private static Tensor Compute(Tensor x, Tensor weight, DepthwiseShape shape)
    {
        using var rows = ChannelsLast.Rows(x);
        var y = empty([shape.Images, shape.OutputHeight, shape.OutputWidth, shape.Channels], ScalarType.BFloat16);
        fixed (byte* source = rows.bytes, target = y.bytes)
        {
            DepthwiseKernel.Forward((ushort*)source, Taps(weight, shape), (ushort*)target, shape);
        }

        return y.permute(0, 3, 1, 2);
    }

    private static Tensor InputGradient(ushort* dy, Tensor weight, DepthwiseShape shape)
    {
        var dx = empty([shape.Images, shape.Height, shape.Width, shape.Channels], ScalarType.BFloat16);
        fixed (byte* target = dx.bytes)
        {
            DepthwiseKernel.InputGradient(dy, Taps(weight, shape), (ushort*)target, shape);
        }

        return dx.permute(0, 3, 1, 2);
    }

    // [C, 1, k, k] -> [k · k, C]
    private static float[] Taps(Tensor weight, DepthwiseShape shape)
    {
        using var taps = weight.detach().reshape(shape.Channels, -1).t().contiguous();
        return taps.data<float>().ToArray();
    }

    // [k · k, C] -> [C, 1, k, k]
    private static Tensor Weights(double[] taps, DepthwiseShape shape) =>
        tensor(Array.ConvertAll(taps, t => (float)t)).view(-1, shape.Channels).t().reshape(shape.Channels, 1, shape.Kernel, shape.Kernel);
}
