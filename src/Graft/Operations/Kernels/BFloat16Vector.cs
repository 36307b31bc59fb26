using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Graft.Operations.Kernels;

/// <summary>Vectors of bf16 numbers in memory, which are computed with as fp32.</summary>
internal static unsafe class BFloat16Vector
{
    /// <summary>Numbers in a vector.</summary>
    public const int Lanes = 16;

    // bf16 is the upper half of fp32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* source)
    {
        var half = Vector256.Load(source);
        var bits = Avx512F.IsSupported ? Avx512F.ConvertToVector512UInt32(half) : Vector512.Create(Vector256.WidenLower(half), Vector256.WidenUpper(half));
        return Vector512.ShiftLeft(bits, 16).AsSingle();
    }

    // Round to nearest, ties to even.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ushort* target)
    {
        var bits = value.AsUInt32();
        var odd = Vector512.ShiftRightLogical(bits, 16) & Vector512.Create(1u);
        var rounded = Vector512.ShiftRightLogical(bits + Vector512.Create(0x7fffu) + odd, 16);
        var half = Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(rounded) : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        half.Store(target);
    }
}
