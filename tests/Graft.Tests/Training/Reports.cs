namespace Graft.Tests.Training;

/// <summary>Keeps what is reported, at once and on the thread that reports it, and cancels after a number of reports.</summary>
internal sealed class Reports<T>(int cancelAfter = int.MaxValue, Action<T>? also = null) : IProgress<T>, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    public List<T> All { get; } = [];

    public CancellationToken Cancellation => _cancellation.Token;

    public void Report(T value)
    {
        lock (All)
        {
            All.Add(value);
        }

        also?.Invoke(value);
        if (All.Count == cancelAfter)
        {
            _cancellation.Cancel();
        }
    }

    public void Dispose() => _cancellation.Dispose();
}
