using Graft.Engine;
using Graft.Onnx.Import;

namespace Graft.Steps;

/// <summary>The copies of ONNX files among a workspace's artifacts, by the names of the networks that were made of them.</summary>
internal static class OnnxArtifacts
{
    /// <summary>The folder of the copies, relative to the artifacts.</summary>
    public const string Folder = "imports";

    /// <summary>Where the copy lies that a network was made of, relative to the artifacts.</summary>
    public static string PathFor(string network) => $"{Folder}/{network}.onnx";

    /// <summary>The files of a network, relative to the artifacts: the copy, and how it is read; none for networks that do not come from files.</summary>
    public static IReadOnlyList<string> FilesOf(string network) =>
        OnnxNetworkSource.IsName(network) ? [PathFor(network), Path.ChangeExtension(PathFor(network), ".json")] : [];

    /// <summary>Opens the import that a network's name stands for.</summary>
    /// <exception cref="GraftException">It is not there, or damaged.</exception>
    public static ImportedNetwork Open(string network, StepContext context) => new OnnxNetworkSource(context.PathOf(Folder)).Open(network);
}
