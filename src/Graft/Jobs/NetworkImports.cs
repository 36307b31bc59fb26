using System.Collections.Concurrent;
using System.Globalization;
using Graft.Data;
using Graft.Engine;
using Graft.Networks;
using Graft.Onnx.Import;
using Graft.Steps;

namespace Graft.Jobs;

/// <summary>The networks of a session that come from ONNX files: what plans call by a file's name becomes a name that stands for the file's content.</summary>
internal sealed class NetworkImports : IDisposable
{
    private readonly OnnxImportOptions _options;
    private readonly OnnxNetworkSource _source;
    private readonly IDisposable _registration;
    private readonly ConcurrentDictionary<string, string> _files = new(StringComparer.Ordinal); // by the network's name

    /// <param name="workspace">The directory of the workspace; null where it is in memory.</param>
    /// <param name="options">How files are read.</param>
    public NetworkImports(string? workspace, OnnxImportOptions options)
    {
        _options = options;
        _source = new(FolderOf(workspace ?? ""));
        _registration = NetworkCatalog.Register(_source);
    }

    /// <summary>Where a workspace keeps copies.</summary>
    public static string FolderOf(string workspace) => Path.Combine(workspace, ArtifactPath.Folder, OnnxArtifacts.Folder);

    /// <summary>Makes a network of the file that a plan calls its network by; nothing is written. Other names stay.</summary>
    /// <param name="network">The plan's network.</param>
    /// <param name="image">The images that it is to take, where the file leaves that open.</param>
    /// <param name="classes">The number of classes that it is to tell apart, where it may get a new classifier for them; null for the file's.</param>
    /// <param name="cancellation">Ends the import before its proof.</param>
    /// <returns>The network's name.</returns>
    /// <exception cref="DataException">The file cannot be imported.</exception>
    public string Read(NetworkReference network, ImageShape? image, int? classes, CancellationToken cancellation)
    {
        if (network.File is not { } file)
        {
            return network.Text;
        }

        string name = _source.Read(file, _options, image, classes, cancellation);
        _files[name] = Path.GetFileName(file.Path);
        return name;
    }

    /// <summary>What the file was called that this session read a network from, without its folder; null for other networks.</summary>
    public string? FileOf(string network) => _files.GetValueOrDefault(network);

    /// <summary>What readers call a network: the file that it was read from, if it was, and its name.</summary>
    public static string Title(string network, string? file) => file is null ? network : $"{file} ({network})";

    /// <summary>The import that a name stands for; null for networks that do not come from files.</summary>
    public ImportedNetwork? Find(string network) => OnnxNetworkSource.IsName(network) ? _source.Open(network) : null;

    /// <summary>Works out the network and the teacher of a plan.</summary>
    /// <param name="network">The plan's network.</param>
    /// <param name="teacher">The plan's teacher.</param>
    /// <param name="images">How the plan's images become the network's input.</param>
    /// <param name="data">What is known of the data set.</param>
    /// <param name="cancellation">Ends the import before its proof.</param>
    /// <exception cref="GraftException">
    /// The file cannot be imported, has no positions or other classes, or a normalisation is given for weights that are not its own.
    /// </exception>
    public (string Network, TeacherPlan Teacher) Resolve(
        NetworkReference network, TeacherPlan teacher, ImageOptions? images, DataOutline data, CancellationToken cancellation)
    {
        string name = Read(network, data.Image, ClassesOf(teacher.Weights), cancellation);
        var found = Find(name);
        if (teacher.Normalization is not null && (found is null || teacher.Weights is not null))
        {
            throw new ConfigurationException(
                "teacher.normalization says how pixels are normalised for an ONNX file's own weights, and "
                    + $"{(found is null ? $"{name} is none" : $"{teacher.Weights} is given instead of these")}. Leave it out; normalization in images says it.");
        }

        if (found is not { } import)
        {
            return (name, teacher);
        }

        if (import.Definition.Positions.Count == 0)
        {
            throw new DataException(
                $"{import.Path} has no position whose operation could be swapped{(import.FixedParts.Count > 0 ? $": {string.Join("; ", import.FixedParts.Select(part => $"{part}"))}" : "")}."
            );
        }

        return teacher.Weights is null
            ? (name, new() { Seed = teacher.Seed, Normalization = $"{NormalizationOf(import, teacher.Normalization ?? images?.Normalization, data)}" })
            : (name, teacher);
    }

    // Weights that were trained on from the file may be for other classes than the file itself.
    private static int? ClassesOf(string? weights) =>
        weights is not null && File.Exists(weights) && NetworkWeights.ReadClassNames(weights) is { Count: > 0 } names ? names.Count : null;

    /// <summary>Positions that are called by a node or a path become numbers.</summary>
    public IReadOnlyList<string> Resolve(string network, IReadOnlyList<string> positions)
    {
        return Find(network) is { } import ? [.. positions.Select(name => IndexOf(import, name) ?? name)] : positions;

        // A number is an index, also where a file has a node of that name.
        static string? IndexOf(ImportedNetwork import, string name) =>
            !int.TryParse(name, CultureInfo.InvariantCulture, out _) && import.PositionNamed(name) is { } index ? Invariant($"{index}") : null;
    }

    /// <summary>
    /// How an import's pixels are normalised: as is asked for, else as the file says, else as is usual for the data. Its images and classes must be the data's.
    /// </summary>
    /// <exception cref="GraftException">Images or classes are others, or the normalisation does not fit.</exception>
    public static Normalization NormalizationOf(ImportedNetwork import, string? given, DataOutline data)
    {
        OnnxNetworkSource.RequireImage(import, data.Image, data.ArePhotographs, data.Name, data.Stored);
        new ClassOrder(import.Path, import.ClassNames, data.Name, data.ClassNames).Require(acceptsReordered: false, mapsOnRequest: false);
        if (given is null)
        {
            ImageMetadata.RequireKnownRange(import.Metadata, import.Path);
        }

        var normalization = given is null ? import.Normalization ?? data.Normalization : Normalization.Parse(given);
        normalization.RequireChannels(data.Image);
        return normalization;
    }

    /// <summary>Copies the file of a network into the workspace, where its steps read it.</summary>
    public void Keep(string network, IWorkspace workspace) => _source.CopyTo(workspace.Artifacts.PathOf(OnnxArtifacts.Folder), network);

    /// <summary>The networks are not found by name any more.</summary>
    public void Dispose() => _registration.Dispose();
}
