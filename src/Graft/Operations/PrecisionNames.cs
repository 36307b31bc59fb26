using System.Runtime.Intrinsics.X86;

namespace Graft.Operations;

/// <summary>Precisions by name.</summary>
internal static class PrecisionNames
{
    /// <summary>
    /// Reads <c>fp32</c>, <c>bf16</c> or <c>auto</c>: bf16 where the device computes with it natively (x86 with AVX512-BF16, CUDA), else fp32.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="ConfigurationException">It is another word.</exception>
    public static Precision Parse(string name, string device) => name switch
    {
        "fp32" => Precision.Float32,
        "bf16" => Precision.BFloat16,
        "auto" => device == "cuda" || ProcessorHasBFloat16 ? Precision.BFloat16 : Precision.Float32,
        _ => throw new ConfigurationException(FaultOf(name)),
    };

    /// <summary>The name of a precision: <c>fp32</c> or <c>bf16</c>.</summary>
    public static string ToText(this Precision precision) => precision == Precision.BFloat16 ? "bf16" : "fp32";

    /// <summary>The names that <see cref="Parse"/> knows.</summary>
    internal static IReadOnlyList<string> All { get; } = ["auto", "fp32", "bf16"];

    internal static string FaultOf(string name) => $"precision is '{name}'; it must be auto, fp32 or bf16.";

    internal static TensorLayers Layers(this Precision precision) => precision == Precision.BFloat16 ? TensorLayers.BFloat16 : TensorLayers.Float32;

    // CPUID leaf 7, sub-leaf 1: bit 5 of EAX is AVX512_BF16 (Intel SDM, vol. 2A, CPUID).
    private static bool ProcessorHasBFloat16 => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
}
