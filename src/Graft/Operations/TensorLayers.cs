using Graft.Operations.Kernels;
using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Graft.Operations;

/// <summary>
/// Runs layers on tensors. With <see cref="ScalarType.BFloat16"/> convolutions, normalisations and additions take and give bf16 while weights, batch
/// statistics, pooling, the fully connected layer and all gradients of weights stay fp32; libtorch's autocast is not reachable from here.
/// </summary>
public sealed class TensorLayers : ILayers<Tensor>
{
    private readonly ScalarType _type;
    private readonly nn.Module? _classifier;

    static TensorLayers()
    {
        _ = get_num_threads(); // loads libtorch
        NativeRuntime.DisableNnpack();
    }

    private TensorLayers(ScalarType type, nn.Module? classifier = null)
    {
        _type = type;
        _classifier = classifier;
    }

    // What is summed up over many values.
    private ScalarType Wide => _type == ScalarType.BFloat16 ? ScalarType.Float32 : _type;

    /// <summary>Everything in fp32.</summary>
    public static TensorLayers Float32 { get; } = new(ScalarType.Float32);

    /// <summary>Convolutions and what lies between them in bf16.</summary>
    public static TensorLayers BFloat16 { get; } = new(ScalarType.BFloat16);

    /// <summary>Everything in fp64, for operations whose parameters are fp64: what gradients are compared in.</summary>
    internal static TensorLayers Float64 { get; } = new(ScalarType.Float64);

    /// <summary>The same, but that a convolution of single pixels which gives the classes' scores is fp32, as fully connected layers are.</summary>
    /// <param name="classifier">The layer that gives the scores; null where none does.</param>
    internal TensorLayers WithClassifier(nn.Module? classifier) => classifier is Conv2d && _type != Wide ? new(_type, classifier) : this;

    /// <inheritdoc/>
    public Tensor Convolution(Conv2d layer, Tensor x)
    {
        x = x.dim() == 2 ? x.view(x.shape[0], x.shape[1], 1, 1) : x; // behind a fully connected layer
        var result = ReferenceEquals(layer, _classifier) && (x.shape[2], x.shape[3]) is (1, 1) ? Wide : _type;
        if (result == ScalarType.BFloat16)
        {
            SignalStack.Enlarge(); // oneDNN may take AMX
            if (DepthwiseConvolution.CanRun(layer, x))
            {
                return DepthwiseConvolution.Run(layer, x);
            }
        }

        var type = result != ScalarType.BFloat16 || BFloat16Convolution.CanRun(layer, x) ? result : ScalarType.Float32;
        if (type == ScalarType.Float32 && !ChannelsLastConvolution.IsSafe(layer, x))
        {
            return Functional
                .conv2d(
                    ChannelsLastConvolution.RowMajor(x.to(type)),
                    ChannelsLastConvolution.RowMajor(layer.weight),
                    layer.bias,
                    layer.stride,
                    layer.padding,
                    layer.dilation,
                    layer.groups
                )
                .to(result);
        }

        return Functional.conv2d(x.to(type), layer.weight.to(type), layer.bias?.to(type), layer.stride, layer.padding, layer.dilation, layer.groups).to(result);
    }

    /// <inheritdoc/>
    public Tensor BatchNorm(BatchNorm2d layer, Tensor x, Activation activation = default)
    {
        if (x.dim() == 2) // behind a fully connected layer
        {
            return BatchNorm(layer, x.view(x.shape[0], x.shape[1], 1, 1), activation).flatten(1);
        }

        if (FusedBatchNorm.CanRun(layer, x) && activation.IsRectifier)
        {
            return FusedBatchNorm.Run(layer, x, activation.Kind);
        }

        // A replica sees its part of the batch; the kernel alone takes the statistics of all of it.
        bool isPart = layer.training && ReplicaGroup.IsEntered;
        return Activate(isPart ? FusedBatchNorm.Run(layer, x.to(ScalarType.BFloat16), ActivationKind.None).to(x.dtype) : Normalized(layer, x), activation);
    }

    /// <inheritdoc/>
    public Tensor Add(Tensor x, Tensor y, Activation activation = default) => Activate(x.Plus(y), activation);

    // Rectifiers in place: neither batch normalisation nor addition nor convolution needs its own result for the backward pass.
    /// <inheritdoc/>
    public Tensor Activate(Tensor x, Activation activation, bool keep = false) => activation.Kind switch
    {
        ActivationKind.None => x,
        ActivationKind.Relu => Functional.relu(x, inplace: !keep),
        ActivationKind.Relu6 => Functional.relu6(x, inplace: !keep),
        ActivationKind.HardSwish => Functional.hardswish(x),
        ActivationKind.Silu => Functional.silu(x),
        ActivationKind.Gelu => Functional.gelu(x),
        ActivationKind.Sigmoid => x.sigmoid(),
        ActivationKind.HardSigmoid => x.Times(activation.Alpha).Plus(activation.Beta).Clamped(0, 1),
        ActivationKind.Tanh => x.tanh(),
        ActivationKind.LeakyRelu => x.LeakyRelu(activation.Alpha),
        ActivationKind.Elu => x.Elu(activation.Alpha),
        ActivationKind.Clip => x.Clamped(activation.Alpha, activation.Beta),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation.Kind, "There is no such activation."),
    };

    /// <inheritdoc/>
    public Tensor Gate(Tensor x, Tensor gate) => x * gate.sigmoid(); // [N, C, H, W] · [N, C, 1, 1]

    /// <inheritdoc/>
    public Tensor SubsampleAndPad(Tensor x, int stride, int channels)
    {
        // [N, C, H, W] -> [N, C, H/stride, W/stride] -> [N, channels, H/stride, W/stride]
        var every = TensorIndex.Slice(step: stride);
        long missing = channels - x.shape[1];
        return Functional.pad(x[.., .., every, every], [0, 0, 0, 0, missing / 2, missing - missing / 2]);
    }

    /// <inheritdoc/>
    public Tensor GlobalAveragePool(Tensor x) => x.dim() == 2 ? x : x.to(Wide).mean([2, 3], keepdim: true);

    /// <inheritdoc/>
    public Tensor Linear(Linear layer, Tensor x) => layer.call(x.flatten(1).to(layer.weight.dtype)); // [N, C, 1, 1] -> [N, C] -> [N, K]

    /// <inheritdoc/>
    public Tensor Multiply(Tensor x, Tensor y) => x * (y.dim() < x.dim() ? y.view(y.shape[0], y.shape[1], 1, 1) : y);

    /// <inheritdoc/>
    public Tensor Pad(Tensor x, Padding padding)
    {
        var edges = padding.Edges;
        return Functional.pad(
            x,
            [edges.Left, edges.Right, edges.Top, edges.Bottom, padding.ChannelsBefore, padding.ChannelsAfter],
            TorchSharp.PaddingModes.Constant,
            padding.Value
        );
    }

    /// <inheritdoc/>
    public Tensor Take(Tensor x, Part part)
    {
        var y =
            part.Channels is { } channels ? x.narrow(1, part.FirstChannel, channels)
            : part.FirstChannel > 0 ? x.narrow(1, part.FirstChannel, x.shape[1] - part.FirstChannel)
            : x;
        var end = part.End;
        return part.TakesAllPixels
            ? y
            : y[
                ..,
                ..,
                TensorIndex.Slice(part.Offset.Height, end?.Height, part.Step.Height),
                TensorIndex.Slice(part.Offset.Width, end?.Width, part.Step.Width)
            ];
    }

    /// <inheritdoc/>
    public Tensor Pool(Tensor x, Pooling pooling)
    {
        var edges = pooling.Padding;
        long[] kernel = pooling.Kernel.ToArray(), stride = pooling.Stride.ToArray();
        bool native = edges.IsSymmetric && 2 * edges.Top <= pooling.Kernel.Height && 2 * edges.Left <= pooling.Kernel.Width;
        if (pooling.TakesMax)
        {
            var padded = native
                ? x
                : Functional.pad(x, [edges.Left, edges.Right, edges.Top, edges.Bottom], TorchSharp.PaddingModes.Constant, double.NegativeInfinity);
            return Functional.max_pool2d(padded, kernel, stride, native ? [edges.Top, edges.Left] : [0, 0], pooling.Dilation.ToArray(), pooling.CeilMode);
        }

        if (native)
        {
            return Functional.avg_pool2d(x, kernel, stride, [edges.Top, edges.Left], pooling.CeilMode, pooling.CountsPadding);
        }

        var mean = Mean(x);
        return pooling.CountsPadding ? mean : mean / Mean(ones([1, 1, x.shape[2], x.shape[3]], x.dtype, x.device)); // the part of each window that is map

        Tensor Mean(Tensor map) =>
            Functional.avg_pool2d(Functional.pad(map, [edges.Left, edges.Right, edges.Top, edges.Bottom]), kernel, stride, [0, 0], pooling.CeilMode);
    }

    /// <inheritdoc/>
    public Tensor Concat(IReadOnlyList<Tensor> values) => cat([.. values], 1);

    /// <inheritdoc/>
    public Tensor Shuffle(Tensor x, int groups)
    {
        // [N, C, H, W] -> [N, g, C/g, H, W] -> [N, C/g, g, H, W] -> [N, C, H, W]
        long n = x.shape[0], c = x.shape[1], h = x.shape[2], w = x.shape[3];
        return x.reshape(n, groups, c / groups, h, w).transpose(1, 2).reshape(n, c, h, w);
    }

    /// <inheritdoc/>
    public Tensor Scale(ChannelScale layer, Tensor x)
    {
        var y = layer.Weight is { } weight ? x * PerChannel(weight, x) : x;
        return layer.Bias is { } bias ? y.Plus(PerChannel(bias, x)) : y;
    }

    /// <inheritdoc/>
    public Tensor Rescale(Tensor x, IReadOnlyList<float> scale, IReadOnlyList<float> shift) =>
        (x * PerChannel(tensor([.. scale], device: x.device), x)).Plus(PerChannel(tensor([.. shift], device: x.device), x));

    /// <inheritdoc/>
    public Tensor PRelu(PReLU layer, Tensor x) => Functional.prelu(x, layer.weight!.to(x.dtype));

    /// <inheritdoc/>
    public Tensor ResponseNorm(Tensor x, ResponseNorm norm) =>
        Functional.local_response_norm(x.to(Wide), norm.Size, norm.Alpha, norm.Beta, norm.Bias).to(x.dtype);

    /// <inheritdoc/>
    public Tensor LayerNorm(LayerNorm layer, Tensor x) => // [N, C, H, W] -> [N, H, W, C] and back
        layer.call(x.to(Wide).permute(0, 2, 3, 1)).permute(0, 3, 1, 2).to(x.dtype);

    /// <inheritdoc/>
    public Tensor Flatten(Tensor x) => x.flatten(1);

    // What the layer's own forward pass does, but for how it counts batches.
    private static Tensor Normalized(BatchNorm2d layer, Tensor x)
    {
        if (layer.training)
        {
            layer.num_batches_tracked!.IncrementInPlace();
        }

        return Functional.batch_norm(x, layer.running_mean, layer.running_var, layer.weight, layer.bias, layer.training, layer.momentum ?? 0.1, layer.eps);
    }

    // [C] or [1] -> [1, C, 1, 1], or [1, C] beside [N, K]
    private static Tensor PerChannel(Tensor values, Tensor x) => values.to(x.dtype).view(x.dim() == 2 ? [1, -1] : [1, -1, 1, 1]);
}
