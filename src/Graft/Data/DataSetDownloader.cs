using Graft.Data.Download;

namespace Graft.Data;

/// <summary>Fetches known data sets into the data directory: resumed where broken off, checked before anything is used, each file whole or not there.</summary>
/// <param name="options">Where data are kept and how patient downloads are.</param>
internal sealed class DataSetDownloader(DataOptions options)
{
    /// <summary>Downloads a data set unless it is there already.</summary>
    /// <param name="name">A name of <see cref="DataCatalog"/>.</param>
    /// <param name="cancellation">Ends the download; what has arrived is kept for the next time.</param>
    /// <returns>The directory of its files; the data directory for what is embedded.</returns>
    /// <exception cref="ConfigurationException">The name is not known.</exception>
    /// <exception cref="DataException">The server cannot be reached, the checksum is wrong, or the archive is refused.</exception>
    public Task<string> GetAsync(string name, CancellationToken cancellation = default) => GetAsync(DataCatalog.Get(name), cancellation);

    /// <inheritdoc cref="GetAsync(string, CancellationToken)"/>
    /// <param name="entry">The data set.</param>
    /// <param name="cancellation">Ends the download.</param>
    internal async Task<string> GetAsync(CatalogEntry entry, CancellationToken cancellation)
    {
        var directory = Path.Combine(options.DataDirectory, entry.Directory);
        try
        {
            if (entry.ArchiveLimit is { } limit)
            {
                await GetArchiveAsync(entry, directory, limit, cancellation).ConfigureAwait(false);
            }
            else
            {
                await GetFilesAsync(entry, directory, cancellation).ConfigureAwait(false);
            }

            return directory;
        }
        catch (DataException fault)
        {
            throw new DataException(fault.Message, fault) { Remedies = [new(Setting.DownloadMirror, entry.Name)] };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{directory}: {entry.Name} cannot be stored ({exception.Message}).", exception);
        }
    }

    private async Task GetFilesAsync(CatalogEntry entry, string directory, CancellationToken cancellation)
    {
        foreach (var file in entry.Files)
        {
            var path = Path.Combine(directory, file.Name);
            if (!File.Exists(path) && !File.Exists(Path.ChangeExtension(path, null)))
            {
                File.Move(await GetPartAsync(file, directory, cancellation).ConfigureAwait(false), path);
            }
        }
    }

    private async Task GetArchiveAsync(CatalogEntry entry, string directory, long limit, CancellationToken cancellation)
    {
        if (Directory.Exists(directory))
        {
            return; // it appears by one rename, so it is complete
        }

        var file = entry.Files[0];
        var archive = await GetPartAsync(file, options.DataDirectory, cancellation).ConfigureAwait(false);
        var temporary = $"{directory}.{Path.GetRandomFileName()}.tmp";
        Directory.CreateDirectory(temporary);
        try
        {
            ArchiveExtraction.Extract(archive, temporary, limit, done => Report(DataActivity.Extract, entry.Name, done, limit), cancellation);
            var content = Path.Combine(temporary, entry.Directory);
            if (!Directory.Exists(content))
            {
                throw new DataException($"{archive}: there is no directory '{entry.Directory}' in it; nothing was unpacked.");
            }

            Directory.Move(content, directory);
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }

        File.Delete(archive);
    }

    /// <summary>Downloads and checks a file; returns its path, still under its temporary name.</summary>
    private async Task<string> GetPartAsync(CatalogFile file, string directory, CancellationToken cancellation)
    {
        Directory.CreateDirectory(directory);
        var part = Path.Combine(directory, $"{file.Name}.part");
        var url = options.Mirror is { } mirror ? new Uri($"{mirror.AbsoluteUri.TrimEnd('/')}/{file.Name}") : file.Url;
        // Stalls are watched for byte by byte, so the client's limit on the whole of a request is off.
        using var client = options.HttpHandler is { } handler ? new HttpClient(handler, disposeHandler: false) : new HttpClient();
        client.Timeout = Timeout.InfiniteTimeSpan;
        var download = new FileDownload(
            client,
            options.Download,
            options.TimeProvider,
            file,
            url,
            done => Report(DataActivity.Download, file.Name, done, file.Bytes)
        );
        await download.RunAsync(part, cancellation).ConfigureAwait(false);
        if (FileChecksum.Difference(part, file) is { } difference)
        {
            File.Delete(part);
            throw new DataException($"{url}: {difference}; the file was deleted, get it again or from another mirror.");
        }

        return part;
    }

    private void Report(DataActivity activity, string item, long done, long total) =>
        options.Progress?.Report(new DataProgress(activity, item, done, total));
}
