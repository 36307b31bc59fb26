using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Graft.Tests.Data.Download;

/// <summary>Writes the answer to one request, which asks for the file from a byte on (null: no Range header).</summary>
internal delegate Task Answer(Stream connection, long? from, CancellationToken stop);

/// <summary>A real HTTP server on 127.0.0.1 that gives its answers in turn, and the last one for ever.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public LoopbackServer(params Answer[] answers)
    {
        _listener.Start();
        _loop = ServeAsync(answers);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/files");

    /// <summary>The first line and the Range header of each request: "GET /files/x bytes=10-".</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The file, from where it is asked for.</summary>
    public static Answer Whole(byte[] file) => Cut(file, int.MaxValue);

    /// <summary>As <see cref="Whole"/>, but the connection ends after some bytes.</summary>
    public static Answer Cut(byte[] file, int after) => async (connection, from, stop) =>
    {
        if (from >= file.Length)
        {
            await HeadAsync(connection, "416 Range Not Satisfiable", $"Content-Range: bytes */{file.Length}\r\nContent-Length: 0", stop);
            return;
        }

        var rest = file[(int)(from ?? 0)..];
        var range = from is null ? "" : $"Content-Range: bytes {from}-{file.Length - 1}/{file.Length}\r\n";
        await HeadAsync(connection, from is null ? "200 OK" : "206 Partial Content", $"{range}Content-Length: {rest.Length}", stop);
        await connection.WriteAsync(rest.AsMemory(0, Math.Min(after, rest.Length)), stop);
    };

    /// <summary>The whole file, whatever was asked for.</summary>
    public static Answer IgnoreRange(byte[] file) => (connection, _, stop) => Whole(file)(connection, null, stop);

    /// <summary>As <see cref="Cut"/>, but the connection stays open and silent.</summary>
    public static Answer Stall(byte[] file, int after) => async (connection, from, stop) =>
    {
        await Cut(file, after)(connection, from, stop);
        await Task.Delay(Timeout.Infinite, stop);
    };

    /// <summary>A status and nothing else.</summary>
    public static Answer Status(string status) => (connection, _, stop) => HeadAsync(connection, status, "Content-Length: 0", stop);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Dispose();
        _stop.Dispose();
    }

    private static async Task HeadAsync(Stream connection, string status, string headers, CancellationToken stop) =>
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}\r\nConnection: close\r\n\r\n"), stop);

    private async Task ServeAsync(Answer[] answers)
    {
        var connections = new List<Task>();
        try
        {
            for (var number = 0; ; number++)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                connections.Add(AnswerAsync(client, answers[Math.Min(number, answers.Length - 1)]));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient client, Answer answer)
    {
        using (client)
        {
            try
            {
                var connection = client.GetStream();
                using var reader = new StreamReader(connection, Encoding.ASCII, false, 1024, leaveOpen: true);
                var request = await reader.ReadLineAsync(_stop.Token) ?? "";
                string? range = null;
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
                {
                    range = header.StartsWith("Range: ", StringComparison.OrdinalIgnoreCase) ? header["Range: ".Length..] : range;
                }

                Requests.Add($"{request.Replace(" HTTP/1.1", "")} {range}".TrimEnd());
                await answer(connection, range is null ? null : long.Parse(range["bytes=".Length..^1]), _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The test is over, or the client has left, as it is meant to.
            }
        }
    }
}
