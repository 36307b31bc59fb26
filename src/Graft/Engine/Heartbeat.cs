namespace Graft.Engine;

/// <summary>Gives signs of life of the steps of an attempt, and learns whether another attempt has begun.</summary>
internal sealed class Heartbeat : IDisposable
{
    /// <summary>How often a running step gives a sign of life.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly IStepRecord _record;
    private readonly IReadOnlyList<string> _keys;
    private readonly CancellationTokenSource _ended;
    private readonly ITimer _timer;
    private readonly Lock _beating = new();
    private double _fraction;
    private bool _isLost, _isOver;

    /// <param name="record">Where the steps are.</param>
    /// <param name="keys">The steps, which run together.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public Heartbeat(IStepRecord record, IReadOnlyList<string> keys, TimeProvider time, CancellationToken cancellation)
    {
        _record = record;
        _keys = keys;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _timer = time.CreateTimer(_ => Beat(), null, Interval, Interval);
    }

    /// <summary>The part that is done, in [0, 1].</summary>
    public double Fraction
    {
        get => Volatile.Read(ref _fraction);
        set => Volatile.Write(ref _fraction, value);
    }

    /// <summary>Whether another attempt has begun, so that this one may write nothing any more.</summary>
    public bool IsLost => Volatile.Read(ref _isLost);

    /// <summary>Ends when the attempt is cancelled or lost.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Ends the signs of life: once this has returned, none is written any more.</summary>
    public void Stop()
    {
        _timer.Dispose();
        lock (_beating)
        {
            _isOver = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _ended.Dispose();
    }

    // A record that cannot be written now is no reason to stop: the result says so later if it still cannot. One that waits for it is enough, too.
    private void Beat()
    {
        if (!_beating.TryEnter())
        {
            return;
        }

        try
        {
            if (_isOver)
            {
                return;
            }

            _record.Beat(_keys, Fraction);
            foreach (string key in _keys)
            {
                _record.RequireHeld(key);
            }
        }
        catch (StepLostException)
        {
            Volatile.Write(ref _isLost, true);
            Cancel();
        }
        catch (Exception e) when (e is GraftException or ObjectDisposedException)
        {
        }
        finally
        {
            _beating.Exit();
        }
    }

    private void Cancel()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // the attempt has just ended by itself
        }
    }
}
