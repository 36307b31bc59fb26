using System.Runtime.InteropServices;

namespace Graft.Cli;

/// <summary>Ctrl-C and SIGTERM ask for an end, once: workers save checkpoints then. What has not ended after a while is ended by force.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;
    private readonly TimeSpan _patience;
    private readonly int _exitCode;
    private Timer? _force;
    private int _asked;

    /// <param name="patience">How long the end may take.</param>
    /// <param name="exitCode">That of a program that is ended by force.</param>
    public StopSignals(TimeSpan patience, int exitCode)
    {
        (_patience, _exitCode) = (patience, exitCode);
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
    }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        // Signals may be on their way: the source is left to the garbage collector.
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _force?.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Exchange(ref _asked, 1) == 0)
        {
            _force = new Timer(_ => Environment.Exit(_exitCode), null, _patience, Timeout.InfiniteTimeSpan);
            _stop.Cancel();
        }
    }
}
