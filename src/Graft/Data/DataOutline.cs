namespace Graft.Data;

/// <summary>What tells whether a network fits a data set: of a known one, it is there before the images are.</summary>
/// <param name="Name">What messages call the data set.</param>
/// <param name="Image">The shape of its images, as a network gets them.</param>
/// <param name="ClassNames">The name of each class, by class index.</param>
/// <param name="Normalization">How bytes become the network's input.</param>
/// <param name="ArePhotographs">Whether the images are photographs in files, whose channels can be chosen.</param>
/// <param name="Stored">The shape of the images before they are scaled; null where they are not, or have several.</param>
internal sealed record DataOutline(
    string Name, ImageShape Image, IReadOnlyList<string> ClassNames, Normalization Normalization, bool ArePhotographs = false, ImageShape? Stored = null);
