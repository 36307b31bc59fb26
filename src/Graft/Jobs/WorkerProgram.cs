using Graft.Engine;
using Graft.Engine.Local;
using Graft.Steps;

namespace Graft.Jobs;

/// <summary>The inside of a worker process, which a session of another process started (<see cref="SessionOptions.StartWorker"/>).</summary>
/// <param name="Options">What it works on.</param>
internal sealed record WorkerProgram(WorkerOptions Options)
{
    /// <summary>Runs what it is asked for until the input ends, on the calling thread: let it be the process's first.</summary>
    /// <param name="input">Requests.</param>
    /// <param name="output">Messages.</param>
    /// <param name="kinds">Kinds of step beside Graft's own.</param>
    /// <param name="time">The clock.</param>
    public void Run(TextReader input, TextWriter output, IEnumerable<StepKind> kinds, TimeProvider time)
    {
        IWorkspace? workspace = null;
        using var imports = Options.RegisterImports();
        try
        {
            // What is wrong with the workspace or the data is told as the outcome of the first request.
            new WorkerLoop(input, output, time).Run(() =>
            {
                workspace = Workspaces.Open(Options.Workspace, null, time);
                return Options.CreateExecutor(workspace, BuiltInKinds.Create(kinds), time);
            });
        }
        finally
        {
            workspace?.Dispose();
        }
    }
}
