using Graft.Engine;

namespace Graft.Tests.Engine.Local;

/// <summary>Runs one batch on an executor to its end.</summary>
internal static class PoolRun
{
    public static async Task<IReadOnlyDictionary<string, StepOutcome>> RunAsync(
        IExecutor executor, IReadOnlyList<string> keys, IProgress<StepProgress>? progress = null, CancellationToken cancellation = default)
    {
        executor.Submit(new(keys, ThreadDemand.Share));
        while (true)
        {
            switch (await executor.NextAsync(cancellation))
            {
                case BatchProgressed progressed:
                    progress?.Report(progressed.Progress);
                    break;
                case BatchEnded ended:
                    return ended.Outcomes;
                case BatchAborted aborted:
                    throw aborted.Error;
            }
        }
    }
}
