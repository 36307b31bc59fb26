using System.Security.Cryptography;
using Google.Protobuf;
using Graft.Onnx.Schema;
using Graft.Runtime;

namespace Graft.Onnx.Import;

/// <summary>An ONNX file in memory, with the weights that it keeps in files beside it.</summary>
internal sealed class OnnxFile
{
    private const long MaxBytes = int.MaxValue - (1 << 20); // what protocol buffers hold

    private OnnxFile(string path, byte[] bytes, ModelProto model, IReadOnlyDictionary<string, ByteString> external)
    {
        Path = path;
        Bytes = bytes;
        Model = model;
        External = external;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its bytes.</summary>
    public byte[] Bytes { get; }

    /// <summary>What it says.</summary>
    public ModelProto Model { get; }

    /// <summary>The values of initializers that are kept beside the file, by name.</summary>
    public IReadOnlyDictionary<string, ByteString> External { get; }

    /// <summary>What it says about itself.</summary>
    public IReadOnlyDictionary<string, string> Metadata => Model.MetadataProps.GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.Last().Value);

    /// <summary>The version of ONNX's own operator set.</summary>
    public int OperatorSet => (int)(Model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 1);

    /// <summary>Whether the input's channels, height or width are open.</summary>
    public bool LeavesImageOpen => ImageInputs().Any(dimensions => dimensions.Skip(1).Any(d => d <= 0));

    /// <summary>The side in pixels of the square images that it takes; null where it takes others, or leaves it open.</summary>
    public int? Side
    {
        get
        {
            if (ImageInputs().ToList() is not [var dimensions])
            {
                return null;
            }

            var (height, width) = ImageLayout.IsChannelsLast(dimensions[1], dimensions[3]) ? (dimensions[1], dimensions[2]) : (dimensions[2], dimensions[3]);
            return height == width && height > 0 ? height : null;
        }
    }

    /// <summary>The hash of the file's bytes, in lower-case hexadecimal digits.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <summary>Reads a file. Time and memory are bounded by its size.</summary>
    /// <exception cref="DataException">There is no such file, it is damaged, or what it refers to is missing.</exception>
    public static OnnxFile Read(string path)
    {
        var fault = new ImportFault(path);
        byte[] bytes = ReadBytes(path, fault);
        try
        {
            OnnxSize.Check(bytes, fault);
            var model = ModelProto.Parser.ParseFrom(bytes);
            return model.Graph is { Node.Count: > 0 }
                ? new(path, bytes, model, ReadExternal(path, model, fault))
                : throw fault.NotOnnx("it holds no graph");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw fault.Unparsable(e);
        }
    }

    // [N, C, H, W] or [N, H, W, C] of each input that can be images; 0 and less is open.
    private IEnumerable<int[]> ImageInputs()
    {
        var weights = Model.Graph.Initializer.Select(t => t.Name).ToHashSet();
        return Model.Graph.Input.Where(i => !weights.Contains(i.Name))
            .Select(i => i.Type?.TensorType?.Shape?.Dim.Select(d => (int)d.DimValue).ToArray())
            .OfType<int[]>()
            .Where(dimensions => dimensions.Length == 4);
    }

    /// <summary>A copy of the model, or of one made of it, that holds the values kept beside the file.</summary>
    public ModelProto Whole(ModelProto model)
    {
        var whole = new ModelProto(model);
        foreach (var tensor in whole.Graph.Initializer.Where(t => t.DataLocation == TensorProto.Types.DataLocation.External && External.ContainsKey(t.Name)))
        {
            tensor.ExternalData.Clear();
            tensor.ClearDataLocation();
            tensor.RawData = External[tensor.Name];
        }

        return whole;
    }

    /// <summary>The file with another model in its place, which holds all of its values; nothing is written.</summary>
    public OnnxFile With(ModelProto model) => new(Path, model.ToByteArray(), model, new Dictionary<string, ByteString>());

    /// <summary>Adds an initializer to a model; of old versions of the format, as an input, too.</summary>
    public static void AddInitializer(ModelProto model, TensorProto tensor)
    {
        model.Graph.Initializer.Add(tensor);
        if (model.IrVersion < 4)
        {
            model.Graph.Input.Add(new ValueInfoProto { Name = tensor.Name, Type = TypeOf(tensor) });
        }
    }

    /// <summary>Type and shape of a tensor.</summary>
    public static TypeProto TypeOf(TensorProto tensor) => new()
    {
        TensorType = new()
        {
            ElemType = tensor.DataType,
            Shape = new() { Dim = { tensor.Dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) } },
        },
    };

    private static byte[] ReadBytes(string path, ImportFault fault)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            if (stream.Length > MaxBytes)
            {
                throw fault.Of(
                    Invariant($"has {stream.Length / 1e9:0.0} GB; ONNX files of up to 2 GB can be read. Keep the weights beside the file (external data).")
                );
            }

            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes.Length == 0 ? throw fault.NotOnnx("it is empty") : bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(RegularFile.FaultOf(path, e), e);
        }
    }

    private static Dictionary<string, ByteString> ReadExternal(string path, ModelProto model, ImportFault fault)
    {
        var external = model.Graph.Initializer.Where(t => t.DataLocation == TensorProto.Types.DataLocation.External).ToList();
        var values = new Dictionary<string, ByteString>();
        string folder = System.IO.Path.GetFullPath(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        foreach (var file in external.GroupBy(t => Entry(t, "location") ?? ""))
        {
            string target = file.Key.Contains('\0', StringComparison.Ordinal) ? "" : System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, file.Key));
            if (file.Key.Length == 0 || System.IO.Path.IsPathRooted(file.Key) || !IsBelow(folder, target))
            {
                throw fault.Of($"keeps weights in '{file.Key}', which is outside its folder. Put them beside the file.");
            }

            if (LeadsOutside(folder, target))
            {
                throw fault.Of($"keeps weights in '{file.Key}', a link to what is outside its folder. Put the file itself there.");
            }

            if (!File.Exists(target))
            {
                throw fault.Of(Invariant($"keeps {file.Count()} weights in '{file.Key}', which is not beside it. Put that file there."));
            }

            if (new FileInfo(target).Length == 0) // also what is no file: to open a pipe would wait for ever
            {
                throw fault.Of(Invariant($"keeps {file.Count()} weights in '{file.Key}', which is empty. Put the right file there."));
            }

            using var stream = File.OpenRead(target);
            foreach (var tensor in file)
            {
                values[tensor.Name] = ReadExternal(stream, tensor, file.Key, fault);
            }
        }

        return values;
    }

    // Whether a file, or a folder on the way to it, is a link out of the folder.
    private static bool LeadsOutside(string folder, string target)
    {
        string root = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder;
        for (FileSystemInfo? at = new FileInfo(target); at is not null && at.FullName.Length > folder.Length; at = new FileInfo(at.FullName).Directory)
        {
            if (
                at.LinkTarget is not null
                && at.ResolveLinkTarget(returnFinalTarget: true) is { } real
                && !IsBelow(root, real.FullName)
                && !IsBelow(folder, real.FullName)
            )
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBelow(string folder, string path) => path.StartsWith(folder + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static ByteString ReadExternal(FileStream stream, TensorProto tensor, string file, ImportFault fault)
    {
        long offset = Number("offset") ?? 0;
        long length = Number("length") ?? stream.Length - offset;
        if (offset < 0 || length < 0 || length > MaxBytes || offset > stream.Length - length)
        {
            throw fault.Of(Invariant($"keeps '{tensor.Name}' from byte {offset} of '{file}', which has {stream.Length}. One of the two is damaged."));
        }

        byte[] bytes = new byte[length];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return UnsafeByteOperations.UnsafeWrap(bytes);

        long? Number(string key) => Entry(tensor, key) is not { } text ? null
            : long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out long value) ? value
            : throw fault.NotOnnx($"the {key} of weights '{tensor.Name}' is '{text}'");
    }

    private static string? Entry(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;
}
