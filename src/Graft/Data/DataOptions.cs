namespace Graft.Data;

/// <summary>Where data sets are kept and how missing ones are fetched.</summary>
internal sealed record DataOptions
{
    /// <summary>The directory of downloaded data sets and decoded image folders; created when needed.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>A base URL under which the files of the catalogue lie by name; null for their own addresses.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>How images become the network's input.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>
    /// The most bytes of pixels that are kept in memory; images that take more stay in their files and are decoded whenever they are read, with the same
    /// results. Null: a quarter of
    /// the machine's memory.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Told how far downloads and decoding have come; null for nobody.</summary>
    public IProgress<DataProgress>? Progress { get; init; }

    /// <summary>How patient downloads are.</summary>
    public DownloadPolicy Download { get; init; } = new();

    /// <summary>The clock of time limits and waits.</summary>
    /// <value>Default: <c>TimeProvider.System</c>.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Sends the requests, and stays the caller's; null for one of the library's own.</summary>
    public HttpMessageHandler? HttpHandler { get; init; }

    /// <summary>Whether that many bytes of pixels are kept in memory.</summary>
    internal bool FitsInMemory(long bytes) => bytes <= Math.Min(MemoryLimit ?? (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4), Array.MaxLength);
}
