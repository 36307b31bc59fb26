using CsCheck;

namespace Graft.Tests.Fixtures;

internal static class GenExtensions
{
    /// <summary>
    /// Checks a property for as many cases, the same in every run: CsCheck's own sample is new each time but for its first case. A failure prints the seed of
    /// its case, which <c>Sample</c> takes, to make it smaller.
    /// </summary>
    public static void ForAll<T>(this Gen<T> gen, Action<T> check, int cases = 100)
    {
        for (int i = 0; i < cases; i++)
        {
            gen.Sample(check, iter: 1, threads: 1, seed: new PCG((uint)i, seed: 1).ToString());
        }
    }

    /// <inheritdoc cref="ForAll{T}(Gen{T}, Action{T}, int)"/>
    public static void ForAll<T>(this Gen<T> gen, Func<T, bool> holds, int cases = 100) => gen.ForAll(value => Assert.True(holds(value)), cases);
}
