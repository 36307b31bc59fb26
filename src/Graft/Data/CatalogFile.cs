namespace Graft.Data;

/// <summary>A file of a known data set, as its authors publish it.</summary>
internal sealed record CatalogFile
{
    /// <summary>Its name, at its own address and at a mirror.</summary>
    public required string Name { get; init; }

    /// <summary>Its own address.</summary>
    public required Uri Url { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256, lower-case hexadecimal: of the file or, where <see cref="ContentBytes"/> is set, of what gzip makes of it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>
    /// The length of the uncompressed content, if that is what is checked: another gzip of the same content is as good, so
    /// that <see cref="Bytes"/> is then only what to expect. Null if the file itself is checked.
    /// </summary>
    public long? ContentBytes { get; init; }

    /// <summary>The most bytes that are accepted from a server.</summary>
    internal long MaxBytes => ContentBytes is null ? Bytes : 2 * Bytes;
}
