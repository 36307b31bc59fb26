using System.Net;
using System.Net.Http.Headers;

namespace Graft.Data.Download;

/// <summary>
/// Downloads one file into a <c>.part</c> file, going on where an earlier attempt, in this process or another, has stopped. What comes out is complete as
/// far as the server tells; the checksum is the caller's.
/// </summary>
internal sealed class FileDownload(HttpClient client, DownloadPolicy policy, TimeProvider time, CatalogFile file, Uri url, Action<long> progress)
{
    private const int BufferSize = 1 << 16;

    /// <summary>Downloads the file.</summary>
    /// <param name="part">The file to write to; what it holds is taken as the beginning.</param>
    /// <param name="cancellation">Ends the download; the part is kept.</param>
    /// <exception cref="DataException">The server refuses, sends too much, or breaks off more often than there are retries.</exception>
    public async Task RunAsync(string part, CancellationToken cancellation)
    {
        var delay = policy.FirstDelay;
        for (var retry = 0; ; retry++, delay *= 2)
        {
            string failure;
            await using (var target = Open(part))
            {
                try
                {
                    if (await AttemptAsync(target, cancellation).ConfigureAwait(false))
                    {
                        target.Flush(flushToDisk: true);
                        return;
                    }

                    failure = Invariant($"the connection ended after {target.Length:N0} of {file.Bytes:N0} bytes");
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                    failure = Invariant($"nothing came for {policy.StallTimeout.TotalSeconds:0.###} s after {target.Length:N0} bytes");
                }
                catch (HttpRequestException exception)
                {
                    failure = exception.Message;
                }
            }

            if (retry >= policy.Retries)
            {
                throw new DataException(
                    Invariant($"{url}: {failure} (retried {policy.Retries} times); run the command again to go on from there, or give a mirror.")
                );
            }

            await Task.Delay(delay, time, cancellation).ConfigureAwait(false);
        }
    }

    private FileStream Open(string part)
    {
        try
        {
            return new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new DataException($"{part}: cannot be opened ({exception.Message}); is another process downloading {file.Name}?", exception);
        }
    }

    /// <summary>Makes one request; true if the file is complete afterwards, false if the connection ended early.</summary>
    private async Task<bool> AttemptAsync(FileStream target, CancellationToken cancellation)
    {
        if (target.Length > file.MaxBytes)
        {
            target.SetLength(0);
        }
        else if (file.ContentBytes is null && target.Length == file.Bytes)
        {
            return true;
        }

        progress(target.Length); // a server that does not answer is waited for; it shows for what
        using var stall = new CancellationTokenSource(policy.StallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (target.Length > 0)
        {
            request.Headers.Range = new RangeHeaderValue(target.Length, null);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
        if (!Accept(response, target))
        {
            return false;
        }

        target.Seek(0, SeekOrigin.End);
        var expected = target.Length + response.Content.Headers.ContentLength;
        await using var source = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        while (true)
        {
            stall.CancelAfter(policy.StallTimeout);
            var read = await ReceiveAsync(source, buffer, either.Token).ConfigureAwait(false);
            if (read == 0)
            {
                return target.Length == (expected ?? target.Length) && (file.ContentBytes is not null || target.Length == file.Bytes);
            }

            if (target.Length + read > file.MaxBytes)
            {
                target.SetLength(0);
                throw new DataException(
                    Invariant($"{url}: the server sends more than {file.MaxBytes:N0} bytes, expected {file.Bytes:N0}; this is not {file.Name}.")
                );
            }

            await target.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None).ConfigureAwait(false);
            progress(target.Length);
        }
    }

    /// <summary>Reads from the network; its faults get a type of their own, so that they are not taken for those of the disk.</summary>
    private static async Task<int> ReceiveAsync(Stream source, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw new HttpRequestException(exception.Message, exception);
        }
    }

    /// <summary>Sets the part to where the response goes on; false if another request is needed.</summary>
    private bool Accept(HttpResponseMessage response, FileStream target)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == target.Length:
                return true;
            case HttpStatusCode.OK:
                target.SetLength(0); // the server ignores Range
                return true;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                target.SetLength(0); // the part is longer than the file, or the answer is to another question
                return false;
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new HttpRequestException(Invariant($"the server answers {(int)response.StatusCode} {response.ReasonPhrase}"));
            default:
                throw new DataException(
                    Invariant($"{url}: the server answers {(int)response.StatusCode} {response.ReasonPhrase}; check the address or give a mirror.")
                );
        }
    }
}
