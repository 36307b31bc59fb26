namespace Graft.Measures;

/// <summary>Which statistics batch normalisation uses while a network is measured.</summary>
internal enum StatisticsUse
{
    /// <summary>The stored ones, as in inference.</summary>
    Stored,

    /// <summary>
    /// Those of each batch, as in training. They tell what a network can do from what stored statistics, which a swap puts out of tune, still allow.
    /// </summary>
    Batch,
}
