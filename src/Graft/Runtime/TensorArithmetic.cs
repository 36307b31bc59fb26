using TorchSharp;
using static TorchSharp.torch;

namespace Graft.Runtime;

/// <summary>
/// Arithmetic of tensors with numbers. TorchSharp (0.107) puts a number into an object with a finalizer and hands libtorch its address alone: a garbage
/// collection in that moment frees the number, and libtorch reads what lies there next: another number, or none ("Unknown scalar type", "Expected false to be
/// true"). All its operators with numbers are so, and <c>x + y</c>, <c>add(number)</c> and <c>square()</c>, which pass a 1 or a 2 of their own. Here a number
/// lives until the call is over. A test lets no other code of ours use TorchSharp's.
/// </summary>
internal static class TensorArithmetic
{
    private static readonly Scalar One = 1, Two = 2;

    /// <summary>x + y, elementwise with broadcasting.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x + number, elementwise.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.add(scalar, One);
    }

    /// <summary>factor · x.</summary>
    public static Tensor Times(this Tensor x, double factor)
    {
        using Scalar scalar = factor;
        return x.mul(scalar);
    }

    /// <summary>x / divisor.</summary>
    public static Tensor Over(this Tensor x, double divisor)
    {
        using Scalar scalar = divisor;
        return x.div(scalar);
    }

    /// <summary>x², elementwise.</summary>
    public static Tensor Squared(this Tensor x) => x.pow(Two);

    /// <summary>x with what is below <paramref name="least"/> or above <paramref name="most"/> set to that.</summary>
    public static Tensor Clamped(this Tensor x, double least, double most)
    {
        using Scalar low = least, high = most;
        return x.clamp(low, high);
    }

    /// <summary>x with what is below <paramref name="least"/> set to that.</summary>
    public static Tensor AtLeast(this Tensor x, double least)
    {
        using Scalar low = least;
        return x.clamp_min(low);
    }

    /// <summary>Where x is above a number: a tensor of truth values.</summary>
    public static Tensor IsAbove(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.gt(scalar);
    }

    /// <summary>Whether every element is the number.</summary>
    public static bool IsAll(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.eq(scalar).all().item<bool>();
    }

    /// <summary>x where it is positive, slope · x elsewhere.</summary>
    public static Tensor LeakyRelu(this Tensor x, double slope)
    {
        using Scalar scalar = slope;
        return x.leaky_relu(scalar);
    }

    /// <summary>x where it is positive, alpha · (exp(x) − 1) elsewhere.</summary>
    public static Tensor Elu(this Tensor x, double alpha)
    {
        using Scalar scalar = alpha;
        return x.elu(scalar, One, One);
    }

    /// <summary>x += factor · y.</summary>
    public static Tensor AddInPlace(this Tensor x, Tensor y, double factor = 1)
    {
        using Scalar scalar = factor;
        return x.add_(y, scalar);
    }

    /// <summary>x += number.</summary>
    public static Tensor AddInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.add_(scalar, One);
    }

    /// <summary>x += 1, also where x counts in integers.</summary>
    public static Tensor IncrementInPlace(this Tensor x) => x.add_(One, One);

    /// <summary>x *= factor.</summary>
    public static Tensor MultiplyInPlace(this Tensor x, double factor)
    {
        using Scalar scalar = factor;
        return x.mul_(scalar);
    }

    /// <summary>x /= divisor.</summary>
    public static Tensor DivideInPlace(this Tensor x, double divisor)
    {
        using Scalar scalar = divisor;
        return x.div_(scalar);
    }

    /// <summary>x += factor · a · b.</summary>
    public static Tensor AddProductInPlace(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using Scalar scalar = factor;
        return x.addcmul_(a, b, scalar);
    }

    /// <summary>x += factor · a / b.</summary>
    public static Tensor AddQuotientInPlace(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using Scalar scalar = factor;
        return x.addcdiv_(a, b, scalar);
    }

    /// <summary>Sets every element to the number.</summary>
    public static Tensor FillInPlace(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.fill_(scalar);
    }
}
