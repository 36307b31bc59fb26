using System.Text.Json;
using Graft.Data;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Steps;

namespace Graft.Jobs;

/// <summary>The inside of a worker process, which a session of another process started (<see cref="SessionOptions.StartWorker"/>).</summary>
/// <param name="Workspace">The directory of the workspace.</param>
/// <param name="Data">The data set's source.</param>
/// <param name="DataDirectory">Where downloaded data sets are kept.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Images">How images become the network's input, as JSON; null where that is as they are stored.</param>
public sealed record WorkerProgram(string Workspace, string Data, string DataDirectory, string Device, string? Images = null)
{
    /// <summary>The name of the argument that <see cref="Images"/> comes with.</summary>
    public const string ImagesArgument = "--images";

    internal static IEnumerable<string> ArgumentsOf(ImageOptions? images) => images is null ? [] : [ImagesArgument, JsonSerializer.Serialize(images)];

    /// <summary>Runs what it is asked for until the input ends, on the calling thread: let it be the process's first.</summary>
    /// <param name="input">Requests.</param>
    /// <param name="output">Messages.</param>
    /// <param name="kinds">Kinds of step beside Graft's own.</param>
    /// <param name="time">The clock.</param>
    public void Run(TextReader input, TextWriter output, IEnumerable<StepKind> kinds, TimeProvider time)
    {
        IWorkspace? workspace = null;
        using var imports = NetworkCatalog.Register(new OnnxNetworkSource(NetworkImports.FolderOf(Workspace)));
        try
        {
            // What is wrong with the workspace or the data is told as the outcome of the first request.
            new WorkerLoop(input, output, time).Run(() =>
            {
                var known = BuiltInKinds.Create();
                foreach (var kind in kinds)
                {
                    known.Add(kind);
                }

                workspace = Workspaces.Open(Workspace, null, time);
                var data = DataSource.Load(Data, new() { DataDirectory = DataDirectory, Images = Images is null ? new() : JsonSerializer.Deserialize<ImageOptions>(Images)! });
                return new StepExecutor(workspace, known, BuiltInKinds.Services(data, Device), () => MachineInformation.Read(Device), time);
            });
        }
        finally
        {
            workspace?.Dispose();
        }
    }
}
