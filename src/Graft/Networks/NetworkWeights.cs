using System.Text.Json;
using Graft.Data;
using Graft.Formats;
using Graft.Operations;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Networks;

/// <summary>
/// Weights of networks with PyTorch's names and layouts. Files that Graft writes are safetensors and say in their metadata which network they belong to, which
/// operations were substituted, which images it takes and how these are normalised; files from elsewhere may say so too, but need not, and may be PyTorch
/// checkpoints.
/// </summary>
public static class NetworkWeights
{
    // PyTorch counts batches beside the statistics of batch norm; older files lack the count and nothing reads it.
    private const string BatchCount = "num_batches_tracked";

    private const string Variance = "running_var";

    /// <summary>Writes a network's weights atomically.</summary>
    /// <param name="network">The network.</param>
    /// <param name="normalization">How its pixels are normalised.</param>
    /// <param name="path">The file.</param>
    /// <param name="classNames">The names of its classes in the order of its scores; null or empty if they are not known.</param>
    /// <exception cref="ArgumentException">There are not as many names as classes.</exception>
    /// <exception cref="DivergedException">A value is not finite: nothing would read the file again.</exception>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static void Save(Network network, Normalization normalization, string path, IReadOnlyList<string>? classNames = null) =>
        Save(network, normalization, path, classNames, scaling: null);

    /// <summary>Writes a network's weights atomically, with what its images tell: normalisation, scaling and the names of classes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file.</param>
    /// <param name="data">The images.</param>
    /// <exception cref="ArgumentException">The data have another number of classes.</exception>
    /// <exception cref="DivergedException">A value is not finite: nothing would read the file again.</exception>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static void Save(Network network, string path, ImageData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Save(network, data.Normalization, path, data.ClassNames, data.Scaling);
    }

    private static void Save(Network network, Normalization normalization, string path, IReadOnlyList<string>? classNames, ImageScaling? scaling)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(normalization);
        ArgumentNullException.ThrowIfNull(path);
        NetworkMetadata.RequireNames(network, classNames ?? []);
        foreach (var (name, tensor) in network.NamedTensors())
        {
            if (FiniteValues.Fault(tensor) is { } fault)
            {
                throw new DivergedException($"training diverged: tensor '{name}' holds {fault}; lower the learning rate.");
            }
        }

        var metadata = NetworkMetadata.Describe(network, normalization, classNames ?? []);
        foreach (var (key, text) in NetworkMetadata.ForOlderVersions(normalization).Concat(NetworkMetadata.OfScaling(scaling)))
        {
            metadata[key] = text;
        }

        AtomicFile.Write(path, stream => SafeTensorsFile.Save(stream, network.NamedTensors(), metadata));
    }

    /// <summary>Reads weights into a network; every tensor must be there with its shape, and no other.</summary>
    /// <exception cref="DataException">The file is missing or damaged, or does not fit the network.</exception>
    public static void Load(Network network, string path)
    {
        using var file = Read(path);
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
        using var file = Read(path);
        return Open(file, path, image, classes, name, seed: 0, network => Load(network, file, path));
    }

    /// <summary>
    /// Makes the network that a file belongs to, for other classes than those that it was trained on: with the file's weights, but for the classifier, which
    /// has initial values.
    /// The caller owns it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="image">The images that the network takes.</param>
    /// <param name="classes">The number of classes; where it is the file's, the classifier is made anew all the same.</param>
    /// <param name="seed">Decides the initial values of the classifier.</param>
    /// <param name="name">The network's name, for files that do not say it.</param>
    /// <exception cref="DataException">The file is missing or damaged, or does not fit the network.</exception>
    /// <exception cref="ConfigurationException">The file does not say which network it belongs to, and no name is given, or the name is unknown.</exception>
    public static Network OpenForNewClasses(string path, ImageShape image, int classes, long seed, string? name = null)
    {
        using var file = Read(path);
        return Open(file, path, image, classes, name, seed, network =>
        {
            var fresh = ClassifierOf(network.Definition);
            var body = network.NamedTensors().Where(tensor => !fresh.Contains(tensor.Name));
            Copy(file, path, body, network.Definition.Title, network.Definition.File is not null, fresh);
        });
    }

    /// <summary>The name of the network that a file of weights says it is of; null where it does not say.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static string? ReadNetwork(string path)
    {
        using var file = Read(path);
        return file.Metadata.GetValueOrDefault(NetworkMetadata.Architecture);
    }

    /// <summary>What is said of a file that does not say its network: which one its tensors look like, where they look like one.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    internal static ConfigurationException Nameless(string path)
    {
        using var file = Read(path);
        return Nameless(path, NetworkOf(file));
    }

    /// <summary>How a file says that pixels are normalised; null if it does not say.</summary>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    public static Normalization? ReadNormalization(string path)
    {
        using var file = Read(path);
        return NetworkMetadata.ReadNormalization(file.Metadata, path);
    }

    /// <summary>How a file says that images of other sizes become its network's; null if it does not say.</summary>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    internal static ImageScaling? ReadScaling(string path)
    {
        using var file = Read(path);
        return NetworkMetadata.ReadScaling(file.Metadata, path);
    }

    /// <summary>The names of the classes that a file's network tells apart, in the order of its scores; empty if the file does not say them.</summary>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    public static IReadOnlyList<string> ReadClassNames(string path)
    {
        using var file = Read(path);
        return NetworkMetadata.ReadClassNames(file.Metadata, path);
    }

    /// <summary>Makes sure that all values in a file are numbers and that no variance is negative, whatever network it belongs to.</summary>
    /// <exception cref="DataException">The file is missing or damaged, or holds NaN, an infinity or a negative variance; says in which tensor and
    /// where.</exception>
    public static void RequireFinite(string path)
    {
        using var file = Read(path);
        foreach (var (name, tensor) in file.Tensors)
        {
            RequireFinite(path, name, tensor);
        }
    }

    /// <summary>The images that a file's network takes and its number of classes, as its metadata say and its tensors show.</summary>
    /// <param name="path">The file.</param>
    /// <param name="size">Height and width of the images, for files that do not say it: the tensors show channels only.</param>
    /// <exception cref="DataException">The file is missing or damaged, or has no first convolution or no classifier of a name that Graft knows.</exception>
    public static (ImageShape Image, int Classes) ReadShape(string path, int size)
    {
        using var file = Read(path);
        var stem = Find("conv1.weight", dimensions: 4);
        var classifier = Find("fc.weight", dimensions: 2) ?? Find("linear.weight", dimensions: 2);
        return stem is null || classifier is null
            ? throw new DataException(
                $"{path} holds no network that Graft knows: it lacks 'conv1.weight', or both 'fc.weight' (WRN) and 'linear.weight' (ResNet)."
            )
            : (NetworkMetadata.ReadImage(file.Metadata, path) ?? new((int)stem.shape[1], size, size), (int)classifier.shape[0]);

        Tensor? Find(string name, int dimensions) => file.Tensors.TryGetValue(name, out var tensor) && tensor.dim() == dimensions ? tensor : null;
    }

    /// <summary>How many channels the images of a file's network have, as its metadata say or its tensors show; null where neither does.</summary>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    internal static int? ReadChannels(string path)
    {
        using var file = Read(path);
        return NetworkMetadata.ReadImage(file.Metadata, path)?.Channels
            ?? (file.Tensors.TryGetValue("conv1.weight", out var stem) && stem.dim() == 4 ? (int)stem.shape[1] : null);
    }

    /// <summary>The side in pixels of the square images that a file's network takes; null where the file does not say it, or it takes others.</summary>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    internal static int? ReadSide(string path)
    {
        using var file = Read(path);
        return NetworkMetadata.ReadImage(file.Metadata, path) is { } image && image.Height == image.Width ? image.Height : null;
    }

    /// <summary>Writes the weights of a single operation atomically.</summary>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public static void Save(Operation operation, string path) => AtomicFile.Write(path, stream => SafeTensorsFile.Save(stream, operation.NamedTensors("")));

    /// <summary>Reads the weights of a single operation.</summary>
    /// <exception cref="DataException">The file is missing or damaged, or does not fit the operation.</exception>
    public static void Load(Operation operation, string path)
    {
        using var file = WeightFile.Load(path);
        Copy(file, path, operation.NamedTensors(""), operation.GetName());
    }

    /// <summary>Reads a file; names in files from elsewhere lose what wrappers put before all of them.</summary>
    private static WeightFile Read(string path)
    {
        var file = WeightFile.Load(path);
        if (!file.Metadata.ContainsKey(NetworkMetadata.Architecture))
        {
            file.RemovePrefixes();
        }

        return file;
    }

    private static void Load(Network network, WeightFile file, string path) =>
        Copy(file, path, network.NamedTensors(), network.Definition.Title, network.Definition.File is not null);

    private static Network Open(WeightFile file, string path, ImageShape image, int classes, string? name, long seed, Action<Network> load)
    {
        name ??= file.Metadata.GetValueOrDefault(NetworkMetadata.Architecture) ?? throw Nameless(path, NetworkOf(file));
        var network = Network.Create(name, image, classes, seed);
        try
        {
            SubstituteOperations(network, file, path);
            load(network);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The tensors whose shapes depend on the number of classes.</summary>
    private static HashSet<string> ClassifierOf(NetworkDefinition definition)
    {
        using var head = HeadOf(definition.Classes);
        using var other = HeadOf(definition.Classes + 1);
        return
        [
            .. head.NamedTensors("").Zip(other.NamedTensors(""))
                .Where(pair => !pair.First.Tensor.shape.SequenceEqual(pair.Second.Tensor.shape))
                .Select(pair => pair.First.Name),
        ];

        Operation HeadOf(int classes)
        {
            using var shapes = LayerFactory.ShapesOnly();
            return NetworkCatalog.Define(definition.Name, definition.Image, classes).CreateHead(shapes);
        }
    }

    private static void Copy(
        WeightFile file,
        string path,
        IEnumerable<(string Name, Tensor Tensor)> target,
        string owner,
        bool ownerHasWeights = false,
        HashSet<string>? mayHave = null
    )
    {
        var expected = target.ToDictionary(t => t.Name, t => t.Tensor);
        var missing = expected.Keys.Where(name => !file.Tensors.ContainsKey(name) && !IsBatchCount(name)).ToList();
        var unexpected = file.Tensors.Keys.Where(name => !expected.ContainsKey(name) && !IsBatchCount(name) && mayHave?.Contains(name) != true).ToList();
        if (missing.Count > 0 || unexpected.Count > 0)
        {
            string has = missing.Count > 0 ? "and has" : "has";
            string exported = missing.Exists(name => name.StartsWith("onnx::", StringComparison.Ordinal))
                ? " An exporter has renamed weights of the ONNX file, as it does where it folds batch normalisation."
                : "";
            throw Misfit($"it{List("lacks", "tensor", missing)}{List(has, "unknown tensor", unexpected)}.{exported}");
        }

        var loaded = expected.Where(t => file.Tensors.ContainsKey(t.Key)).Select(t => (t.Key, From: file.Tensors[t.Key], To: t.Value)).ToList();
        if (loaded.FirstOrDefault(t => !t.From.shape.AsSpan().SequenceEqual(t.To.shape)) is ({ } other, var found, var wanted))
        {
            throw Misfit($"'{other}' is {ShapeText.Of(found.shape)}, expected {ShapeText.Of(wanted.shape)}{Meaning(found.shape, wanted.shape)}.");
        }

        using var _ = no_grad();
        foreach (var (name, from, to) in loaded)
        {
            using var converted = from.to(to.dtype); // a value of 64 bits may be infinite in 32
            RequireFinite(path, name, converted);
        }

        foreach (var (_, from, to) in loaded)
        {
            to.copy_(from);
        }

        DataException Misfit(string fault) => new($"{path} does not fit {owner}: {fault}{Other(file, owner, ownerHasWeights)}")
        {
            Remedies = ownerHasWeights ? [new(Setting.TeacherWeights)] : [],
        };

        // In words: of a classifier [K, C], and of the convolution of the images [C', C, k, k].
        string Meaning(long[] found, long[] wanted) => (found, wanted) switch
        {
            ([var classes, var features], [var others, var same]) when features == same =>
                Invariant($": it tells {classes} classes apart, not {others}"),
            ([var filters, var channels, _, _], [var same, var others, _, _]) when filters == same && other == loaded[0].Key =>
                Invariant($": it takes images of {Plural.Of(channels, "channel")}, not {others}"),
            _ => "",
        };

        static bool IsBatchCount(string name) => name.EndsWith(BatchCount, StringComparison.Ordinal);

        static string List(string verb, string noun, List<string> names) => names.Count == 0
            ? ""
            : Invariant($" {verb} {Plural.Of(names.Count, noun)} ('{names[0]}'{(names.Count > 1 ? ", …" : "")})");
    }

    private static ConfigurationException Nameless(string path, string? like) =>
        new(like is null
            ? $"{path} does not say which network it belongs to; name the network (e.g. wrn-16-2)."
            : $"{path} does not say which network it belongs to, but its tensors look like those of {like}; name the network."
        )
        {
            Remedies = [new(Setting.Network, like)],
        };

    // A sentence that names the network whose tensors these may be, where that is another one, and what the owner needs no such file for.
    private static string Other(WeightFile file, string owner, bool ownerHasWeights)
    {
        string like = NetworkOf(file) is { } other && other != owner
            ? $" Its tensors look like those of {other}{(ownerHasWeights ? "." : ": is that the network?")}"
            : "";
        return ownerHasWeights ? $"{like} {owner} is an ONNX file: it brings its own weights and needs no others." : like;
    }

    // By the names of blocks, of which all three groups have as many, and the width of the first.
    private static string? NetworkOf(WeightFile file)
    {
        return Blocks(group => Invariant($"layer{group}")) is > 0 and var blocks && !Has("layer4") ? Invariant($"resnet-{6 * blocks + 2}")
            : Blocks(group => Invariant($"block{group}.layer")) is > 0 and var wide && file.Tensors.TryGetValue("block1.layer.0.conv1.weight", out var first)
                ? Invariant($"wrn-{6 * wide + 4}-{first.shape[0] / 16}")
                : null;

        bool Has(string prefix) => file.Tensors.Keys.Any(name => name.StartsWith($"{prefix}.", StringComparison.Ordinal));

        int Blocks(Func<int, string> nameOf)
        {
            int[] counts = [.. Enumerable.Range(1, 3).Select(group =>
                Enumerable.Range(0, file.Tensors.Count).TakeWhile(block => Has(Invariant($"{nameOf(group)}.{block}"))).Count())];
            return counts.Distinct().Count() == 1 ? counts[0] : 0;
        }
    }

    private static void RequireFinite(string path, string name, Tensor tensor)
    {
        if (FiniteValues.Fault(tensor) is { } fault)
        {
            throw new DataException($"{path}: tensor '{name}' holds {fault}. Use weights from before the training diverged.");
        }

        if (name.EndsWith(Variance, StringComparison.Ordinal) && tensor.numel() > 0 && tensor.min().item<float>() < 0)
        {
            throw new DataException($"{path}: tensor '{name}' holds negative variances. Save the file again from the trained network.");
        }
    }

    private static void SubstituteOperations(Network network, WeightFile file, string path)
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
