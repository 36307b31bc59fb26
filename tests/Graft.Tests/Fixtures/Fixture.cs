using static TorchSharp.torch;

namespace Graft.Tests.Fixtures;

/// <summary>Finds the files that <c>make_reference.py</c> made, in the source tree that the tests were built from.</summary>
internal static class Fixture
{
    /// <summary>
    /// The absolute difference allowed between fp32 here and there. <c>make_reference.py</c> prints at most 1e-6 between fp32 and fp64; other kernels add
    /// up in another order, which may cost some times as much. A wrong shortcut, momentum or weight decay shows at 5e-5 and above in what is compared.
    /// </summary>
    private const double Tolerance = 1e-5;

    private static readonly string Directory = SourceTree.PathOf("tests", "Graft.Tests", "Fixtures");

    /// <summary>The path of a reference file.</summary>
    public static string PathOf(string name) => Path.Combine(Directory, name);

    /// <summary>Fails unless shapes are equal and no element differs by more than rounding can explain.</summary>
    public static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        using var scope = NewDisposeScope();
        Assert.InRange((actual.detach().@double() - expected.@double()).abs().max().item<double>(), 0, Tolerance);
    }
}
