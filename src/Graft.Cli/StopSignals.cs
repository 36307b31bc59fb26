using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Graft.Cli;

/// <summary>
/// Ctrl-C and SIGTERM ask for an end, once: workers save checkpoints then. What has not ended after a while is ended by force; what people started also when
/// Ctrl-C comes again.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // A terminal may tell one Ctrl-C twice: to the process and to the program that started it, which passes it on.
    private static readonly TimeSpan BetweenPresses = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;
    private readonly TimeSpan _patience;
    private readonly int _exitCode;
    private readonly bool _isForPeople;
    private Timer? _force;
    private long _asked; // when, by the clock's count; 0 for not yet

    /// <param name="patience">How long the end may take.</param>
    /// <param name="exitCode">That of a program that is ended by force.</param>
    /// <param name="isForPeople">Whether people started the program: one that computes for another is left the time to break its steps off.</param>
    public StopSignals(TimeSpan patience, int exitCode, bool isForPeople)
    {
        (_patience, _exitCode, _isForPeople) = (patience, exitCode, isForPeople);
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
        long before = Interlocked.CompareExchange(ref _asked, Stopwatch.GetTimestamp(), 0);
        if (before == 0)
        {
            _force = new Timer(_ => Environment.Exit(_exitCode), null, _patience, Timeout.InfiniteTimeSpan);
            _stop.Cancel();
        }
        else if (_isForPeople && context.Signal == PosixSignal.SIGINT && Stopwatch.GetElapsedTime(before) >= BetweenPresses)
        {
            Environment.Exit(_exitCode);
        }
    }
}
