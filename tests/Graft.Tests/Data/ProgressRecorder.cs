using Graft.Data;

namespace Graft.Tests.Data;

/// <summary>Keeps reports, at once and on the thread that makes them, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class ProgressRecorder(List<DataProgress> reports) : IProgress<DataProgress>
{
    public void Report(DataProgress value)
    {
        lock (reports)
        {
            reports.Add(value);
        }
    }
}
