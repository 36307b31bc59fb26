using Graft.Operations.Kernels;
using Graft.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Functional = TorchSharp.torch.nn.functional;

namespace Graft.Operations;

/// <summary>
/// Runs layers on tensors. With <see cref="ScalarType.BFloat16"/> convolutions, normalisations and additions take and give bf16 while weights, batch statistics,
/// pooling, the fully connected layer and all gradients of weights stay fp32; libtorch's autocast is not reachable from here.
/// </summary>
public sealed class TensorLayers : ILayers<Tensor>
{
    private readonly ScalarType _type;

    static TensorLayers()
    {
        _ = get_num_threads(); // loads libtorch
        NativeRuntime.DisableNnpack();
    }

    private TensorLayers(ScalarType type) => _type = type;

    /// <summary>Everything in fp32.</summary>
    public static TensorLayers Float32 { get; } = new(ScalarType.Float32);

    /// <summary>Convolutions and what lies between them in bf16.</summary>
    public static TensorLayers BFloat16 { get; } = new(ScalarType.BFloat16);

    /// <summary>Everything in fp64, for operations whose parameters are fp64: what gradients are compared in.</summary>
    internal static TensorLayers Float64 { get; } = new(ScalarType.Float64);

    /// <inheritdoc/>
    public Tensor Convolution(Conv2d layer, Tensor x)
    {
        var type = _type != ScalarType.BFloat16 || BFloat16Convolution.CanRun(layer, x) ? _type : ScalarType.Float32;
        return Functional.conv2d(x.to(type), layer.weight.to(type), layer.bias?.to(type), layer.stride, layer.padding, layer.dilation, layer.groups).to(_type);
    }

    /// <inheritdoc/>
    public Tensor BatchNorm(BatchNorm2d layer, Tensor x, Activation activation = Activation.None) => FusedBatchNorm.CanRun(layer, x)
        ? FusedBatchNorm.Run(layer, x, activation)
        : Activate(layer.call(x), activation);

    /// <inheritdoc/>
    public Tensor Add(Tensor x, Tensor y, Activation activation = Activation.None) => Activate(x + y, activation);

    // In place: neither batch normalisation nor addition nor convolution needs its own result for the backward pass.
    /// <inheritdoc/>
    public Tensor Activate(Tensor x, Activation activation) => activation switch
    {
        Activation.Relu => Functional.relu(x, inplace: true),
        Activation.Relu6 => Functional.relu6(x, inplace: true),
        _ => x,
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
    public Tensor GlobalAveragePool(Tensor x) => x.to(_type == ScalarType.BFloat16 ? ScalarType.Float32 : _type).mean([2, 3], keepdim: true);

    /// <inheritdoc/>
    public Tensor Linear(Linear layer, Tensor x) => layer.call(x.flatten(1)); // [N, C, 1, 1] -> [N, C] -> [N, K]
}
