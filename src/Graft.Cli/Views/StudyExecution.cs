using Graft.Cli.Commands;
using Graft.Data;
using Graft.Engine.Local;
using Graft.Jobs.Studies;

namespace Graft.Cli.Views;

/// <summary>Runs a study's steps in worker processes, with progress.</summary>
internal static class StudyExecution
{
    public static async Task RunAsync(
        Terminal terminal, Workspace workspace, string directory, StudyGraph graph, ImageData data, string dataDirectory, string device, StudyThreads threads, CancellationToken cancellation)
    {
        await using var pool = new WorkerPool(
            threads.Workers,
            () => WorkerCommand.Start(directory, graph.Plan.Data, dataDirectory, device),
            (key, error) => workspace.Steps.Fail(key, error, 0));
        await using var progress = StudyProgressView.Start(terminal, graph, new StudyWork(graph, data), TimeProvider.System);
        await new StudyRunner(workspace, graph, pool, threads, progress).RunAsync(cancellation);
    }
}
