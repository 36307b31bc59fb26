namespace Graft.Data;

/// <summary>How patient a download is.</summary>
internal sealed record DownloadPolicy
{
    /// <summary>How long the server may send nothing before the connection is given up and tried again. Default 30 seconds.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a broken download is taken up again before it fails. Default 5.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>The wait before the first retry; doubled before each further one. Default 1 second.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);
}
