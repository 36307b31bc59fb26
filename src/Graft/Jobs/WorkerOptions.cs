using System.Text.Json;
using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Steps;

namespace Graft.Jobs;

/// <summary>What a process works on that runs steps for a session of another one, as its command line says.</summary>
/// <param name="Workspace">The directory of the workspace.</param>
/// <param name="Data">The data set's source.</param>
/// <param name="DataDirectory">Where downloaded data sets are kept.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Images">How images become the network's input, as JSON; null where that is as they are stored.</param>
internal sealed record WorkerOptions(string Workspace, string Data, string DataDirectory, string Device, string? Images = null)
{
    /// <summary>The name of the argument that <see cref="Images"/> comes with.</summary>
    public const string ImagesArgument = "--images";

    internal static IEnumerable<string> ArgumentsOf(ImageOptions? images) => images is null ? [] : [ImagesArgument, JsonSerializer.Serialize(images)];

    /// <summary>Makes the networks known that the workspace keeps ONNX files of; dispose it to forget them.</summary>
    internal IDisposable RegisterImports() => NetworkCatalog.Register(new OnnxNetworkSource(NetworkImports.FolderOf(Workspace)));

    /// <summary>Loads the data set and makes what runs steps on it.</summary>
    /// <exception cref="DataException">The data cannot be loaded.</exception>
    internal StepExecutor CreateExecutor(IWorkspace workspace, StepKinds kinds, TimeProvider time)
    {
        var data = DataSource.Load(
            Data,
            new() { DataDirectory = DataDirectory, Images = Images is null ? new() : JsonSerializer.Deserialize<ImageOptions>(Images)! }
        );
        return new(workspace, kinds, BuiltInKinds.Services(data, Device), () => MachineInformation.Read(Device), time);
    }
}
