using Graft.Data;
using Graft.Jobs;
using Graft.Networks;
using Graft.Onnx.Import;

namespace Graft.Cli;

/// <summary>
/// A network that the command line names: by its name, or by an ONNX file, which is read and known by a name of its own until this object is disposed.
/// </summary>
internal sealed class NamedNetwork : IDisposable
{
    private readonly IDisposable? _registration;

    private NamedNetwork(string? name, ImportedNetwork? import, IDisposable? registration) => (Name, Import, _registration) = (name, import, registration);

    /// <summary>The network's name; null where none is given.</summary>
    public string? Name { get; }

    /// <summary>What the file holds; null where it is no file.</summary>
    public ImportedNetwork? Import { get; }

    /// <summary>Reads what is named.</summary>
    /// <param name="text">The name or the file; null for none.</param>
    /// <param name="options">How files are read.</param>
    /// <param name="image">The images that the network is to take, where the file leaves that open.</param>
    /// <param name="weights">Weights of the network: where they are for other classes than the file, it gets a classifier for theirs. Null for none.</param>
    /// <exception cref="DataException">The file cannot be imported.</exception>
    public static NamedNetwork Read(string? text, OnnxImportOptions options, ImageShape? image = null, string? weights = null)
    {
        if (text is null || !OnnxNetworkSource.IsFile(text))
        {
            return new(text, null, null);
        }

        var source = new OnnxNetworkSource("");
        int classes = weights is null ? 0 : NetworkWeights.ReadClassNames(weights).Count;
        string name = source.Read(text, options, image, classes > 0 ? classes : null);
        return new(name, source.Open(name), NetworkCatalog.Register(source));
    }

    /// <summary>Opens a network that comes from an ONNX file, of which a workspace keeps a copy.</summary>
    /// <param name="name">The name that jobs of the workspace have for it.</param>
    /// <param name="workspace">The workspace's directory.</param>
    /// <exception cref="GraftException">The copy is gone or damaged.</exception>
    public static NamedNetwork InWorkspace(string name, string workspace)
    {
        var source = new OnnxNetworkSource(NetworkImports.FolderOf(workspace));
        return new(name, source.Open(name), NetworkCatalog.Register(source));
    }

    /// <summary>The file is not known by its name any more.</summary>
    public void Dispose() => _registration?.Dispose();
}
