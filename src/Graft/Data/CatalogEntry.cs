namespace Graft.Data;

/// <summary>A known data set.</summary>
public sealed record CatalogEntry
{
    /// <summary>The name it is asked for by.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in one line.</summary>
    public required string Description { get; init; }

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

    /// <summary>The bytes to download in all.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);
}
