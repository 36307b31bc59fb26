namespace Graft.Report;

/// <summary>How many of the cells that can be tested have more than one seed in common with the unchanged network.</summary>
internal enum SeedCoverage
{
    /// <summary>None.</summary>
    One,

    /// <summary>Some.</summary>
    Mixed,

    /// <summary>All.</summary>
    Several,
}
