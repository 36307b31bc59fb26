namespace Graft.Data.Readers;

/// <summary>What the catalogue knows of a data set that its files need not say.</summary>
/// <param name="ClassNames">The name of each class, by class index.</param>
/// <param name="Normalization">The constants that others use for it.</param>
internal sealed record KnownData(IReadOnlyList<string> ClassNames, Normalization Normalization);
