namespace Graft.Runtime;

/// <summary>
/// Derives seeds from seeds: the same parts give the same seed in every process, on every machine and in every version; other parts, or another
/// order, give an unrelated one. Based on splitmix64 (Steele, Lea, Flood 2014).
/// </summary>
internal static class Seed
{
    /// <summary>Returns a seed for <c>new Random(int)</c>, in [0, 2³¹).</summary>
    /// <param name="parts">What the seed depends on, in order: the run's seed, what it is for, an epoch, an index …</param>
    public static int Derive(params ReadOnlySpan<long> parts) => (int)(Mix(parts) >> 33);

    /// <summary>Returns 64 well-mixed bits, e.g. for <c>torch.Generator</c>.</summary>
    /// <inheritdoc cref="Derive" path="/param"/>
    public static ulong Mix(params ReadOnlySpan<long> parts)
    {
        // The length goes in first, so that (1) and (1, 0) differ.
        var state = new SplitMix((ulong)parts.Length).Next();
        foreach (var part in parts)
        {
            state = new SplitMix(state ^ SplitMix.Finish((ulong)part)).Next();
        }

        return state;
    }
}
