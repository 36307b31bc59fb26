namespace Graft.Analysis;

/// <summary>What a test generalises to.</summary>
public enum TestBasis
{
    /// <summary>To other seeds and other test images: to the operation, given this teacher.</summary>
    SeedsAndImages,

    /// <summary>To other test images alone: one pair of trained networks is compared, and how much training varies is unknown.</summary>
    Images,
}
