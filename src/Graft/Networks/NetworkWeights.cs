using System.Text.Json;
using Graft.Data;
using Graft.Formats;
using Graft.Operations;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Networks;

/// <summary>
/// Weights of networks as safetensors files with PyTorch's names and layouts. Files that Graft writes say in their metadata which network they belong to, which
/// operations were substituted, which images it takes and how these are normalised; files from elsewhere may say so too, but need not.
/// </summary>
public static class NetworkWeights
{
    // PyTorch counts batches beside the statistics of batch norm; older files lack the count and nothing reads it.
    private const string BatchCount = "num_batches_tracked";

    /// <summary>Writes a network's weights atomically.</summary>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static void Save(Network network, Normalization normalization, string path)
    {
        var metadata = NetworkMetadata.Describe(network, normalization);
        AtomicFile.Write(path, stream => SafeTensorsFile.Save(stream, network.NamedTensors(), metadata));
    }

    /// <summary>Reads weights into a network; every tensor must be there with its shape, and no other.</summary>
    /// <exception cref="DataException">The file is missing or damaged, or does not fit the network.</exception>
    public static void Load(Network network, string path)
    {
        using var file = SafeTensorsFile.Load(path);
        Load(network, file, path);
    }

    /// <summary>Makes the network that a file belongs to, with its weights. The caller owns it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="image">The images that the network takes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="name">The network's name, for files that do not say it.</param>
    /// <exception cref="DataException">The file is missing or damaged, or does not fit the network.</exception>
    /// <exception cref="ConfigurationException">The file does not say which network it belongs to, and no name is given, or the name is unknown.</exception>
    public static Network Open(string path, ImageShape image, int classes, string? name = null)
    {
        using var file = SafeTensorsFile.Load(path);
        name ??= file.Metadata.GetValueOrDefault(NetworkMetadata.Architecture)
            ?? throw new ConfigurationException($"{path} does not say which network it belongs to; name it with --network (e.g. wrn-16-2).");
        var network = Network.Create(name, image, classes);
        try
        {
            SubstituteOperations(network, file, path);
            Load(network, file, path);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>How a file says that pixels are normalised; null if it does not say.</summary>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    public static Normalization? ReadNormalization(string path)
    {
        using var file = SafeTensorsFile.Load(path);
        return NetworkMetadata.ReadNormalization(file.Metadata, path);
    }

    /// <summary>The images that a file's network takes and its number of classes, as its metadata say and its tensors show.</summary>
    /// <param name="path">The file.</param>
    /// <param name="size">Height and width of the images, for files that do not say it: the tensors show channels only.</param>
    /// <exception cref="DataException">The file is missing or damaged, or has no first convolution or no classifier of a name that Graft knows.</exception>
    public static (ImageShape Image, int Classes) ReadShape(string path, int size)
    {
        using var file = SafeTensorsFile.Load(path);
        var stem = Find("conv1.weight", dimensions: 4);
        var classifier = Find("fc.weight", dimensions: 2) ?? Find("linear.weight", dimensions: 2);
        return stem is null || classifier is null
            ? throw new DataException($"{path} holds no network that Graft knows: it lacks 'conv1.weight', or both 'fc.weight' (WRN) and 'linear.weight' (ResNet).")
            : (NetworkMetadata.ReadImage(file.Metadata, path) ?? new((int)stem.shape[1], size, size), (int)classifier.shape[0]);

        Tensor? Find(string name, int dimensions) => file.Tensors.TryGetValue(name, out var tensor) && tensor.dim() == dimensions ? tensor : null;
    }

    /// <summary>Writes the weights of a single operation atomically.</summary>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static void Save(Operation operation, string path) => AtomicFile.Write(path, stream => SafeTensorsFile.Save(stream, operation.NamedTensors("")));

    /// <summary>Reads the weights of a single operation.</summary>
    /// <exception cref="DataException">The file is missing or damaged, or does not fit the operation.</exception>
    public static void Load(Operation operation, string path)
    {
        using var file = SafeTensorsFile.Load(path);
        Copy(file, path, operation.NamedTensors(""), operation.GetName());
    }

    private static void Load(Network network, SafeTensorsFile file, string path) => Copy(file, path, network.NamedTensors(), network.Definition.Name);

    private static void Copy(SafeTensorsFile file, string path, IEnumerable<(string Name, Tensor Tensor)> target, string owner)
    {
        var expected = target.ToDictionary(t => t.Name, t => t.Tensor);
        var missing = expected.Keys.Where(name => !file.Tensors.ContainsKey(name) && !name.EndsWith(BatchCount)).ToList();
        var unexpected = file.Tensors.Keys.Where(name => !expected.ContainsKey(name)).ToList();
        if (missing.Count > 0 || unexpected.Count > 0)
        {
            throw new DataException($"{path} does not fit {owner}: it{List("lacks", missing)}{List(missing.Count > 0 ? "and has unknown" : "has unknown", unexpected)}.");
        }

        var loaded = expected.Where(t => file.Tensors.ContainsKey(t.Key)).Select(t => (t.Key, From: file.Tensors[t.Key], To: t.Value)).ToList();
        if (loaded.FirstOrDefault(t => !t.From.shape.AsSpan().SequenceEqual(t.To.shape)) is ({ } name, var found, var wanted))
        {
            throw new DataException($"{path} does not fit {owner}: '{name}' is [{string.Join(", ", found.shape)}], expected [{string.Join(", ", wanted.shape)}].");
        }

        using var _ = no_grad();
        foreach (var (_, from, to) in loaded)
        {
            to.copy_(from);
        }

        static string List(string verb, List<string> names) => names.Count == 0
            ? ""
            : $" {verb} {names.Count} {(names.Count == 1 ? "tensor" : "tensors")} ('{names[0]}'{(names.Count > 1 ? ", …" : "")})";
    }

    private static void SubstituteOperations(Network network, SafeTensorsFile file, string path)
    {
        if (!file.Metadata.TryGetValue(NetworkMetadata.Operations, out var text))
        {
            return;
        }

        try
        {
            using var layers = new LayerFactory(0); // the file's values follow
            foreach (var (name, operation) in JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [])
            {
                var place = Place.TryParse(name, out var read) ? read : throw new ConfigurationException($"'{name}' is not a position such as 3 or 3-5.");
                network.Substitute(network.Definition.PositionAt(place), OperationCatalog.Default.Parse(operation), layers);
            }
        }
        catch (Exception e) when (e is JsonException or ConfigurationException or ArgumentException)
        {
            throw new DataException($"{path}: the metadata's list of operations cannot be used: {e.Message}", e);
        }
    }
}
