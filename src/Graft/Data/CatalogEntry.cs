using Graft.Data.Readers;

namespace Graft.Data;

/// <summary>A known data set.</summary>
internal sealed record CatalogEntry
{
    /// <summary>The name it is asked for by.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>The shape of an image, as the network gets it.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>The name of each class, by class index; files that say other names win.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The constants that others use for it.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>Under which terms it comes.</summary>
    public required string Licence { get; init; }

    /// <summary>Whom to cite.</summary>
    public required string Citation { get; init; }

    /// <summary>Its directory below the data directory; inside an archive, the directory that holds its files.</summary>
    public required string Directory { get; init; }

    /// <summary>The files to download: one .tar.gz archive, or the files themselves. Empty for what is embedded.</summary>
    public required IReadOnlyList<CatalogFile> Files { get; init; }

    /// <summary>The most bytes an archive may unpack to; null if <see cref="Files"/> are used as they are.</summary>
    public long? ArchiveLimit { get; init; }

    /// <summary>How its files are read; IDX, the form of MNIST and its kin, where nothing else is said.</summary>
    internal IDataFormat Format { get; init; } = DataFormats.Idx;

    /// <summary>The bytes to download in all.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);
}
