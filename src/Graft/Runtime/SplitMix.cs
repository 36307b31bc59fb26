namespace Graft.Runtime;

/// <summary>The generator splitmix64 (Steele, Lea, Flood 2014): cheap to start, so that each image can have its own.</summary>
internal struct SplitMix(ulong state)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong _state = state;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state += Gamma;
        return Finish(_state);
    }

    /// <summary>A number in [0, <paramref name="bound"/>), uniform to within 2^-32 for the bounds used here.</summary>
    public int Next(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>A number in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>True or false with equal probability.</summary>
    public bool NextBool() => (Next() >> 63) != 0;

    /// <summary>The output function: a bijection that spreads each bit over all.</summary>
    public static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
