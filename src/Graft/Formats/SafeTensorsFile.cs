using System.Buffers.Binary;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Formats;

/// <summary>
/// A safetensors file in memory: named tensors and a few words about them. It is the format in which weights travel between PyTorch and here.
/// </summary>
/// <remarks>
/// Format: the header's length (8 bytes, little-endian), a JSON header, then the data of all tensors without holes, little-endian and row-major;
/// see https://github.com/huggingface/safetensors. Supported types: F64, F32, F16, BF16, I64, I32, U8 and BOOL; one tensor holds at most 2 GB.
/// </remarks>
internal sealed class SafeTensorsFile : IDisposable
{
    private const string FromPyTorch = "Load it in PyTorch and write it with safetensors.torch.save_file(model.state_dict(), path).";
    private const string IsOnnx = "it seems to be an ONNX file: 'graft evaluate' takes such files where their names end in .onnx; weights are safetensors.";

    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    private SafeTensorsFile(IReadOnlyDictionary<string, string> metadata)
    {
        Metadata = metadata;
    }

    /// <summary>The tensors by name: contiguous, on the CPU, without gradients. They belong to this object and are disposed with it.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>What the writer had to say about the file; empty where it said nothing.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a whole file. Nothing in it is trusted: memory is taken only for what the file is long enough to hold.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors; the caller disposes them by disposing this object. No dispose scope owns them.</returns>
    /// <exception cref="DataException">The file cannot be read, or is not a valid safetensors file of supported types.</exception>
    public static SafeTensorsFile Load(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            return Load(stream, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SafeTensorsFault(path).Unreadable(exception);
        }
    }

    /// <summary>Writes tensors and metadata. Equal content gives equal bytes.</summary>
    /// <param name="stream">Where to write, from where it stands; it stays open.</param>
    /// <param name="tensors">
    /// The tensors in the order in which the header lists them, on any device and in any memory layout: the file has the logical, row-major order.
    /// </param>
    /// <param name="metadata">What to say about the file; written sorted by key.</param>
    /// <exception cref="ArgumentException">A name is reserved or comes twice, or a tensor has a type or a size that cannot be written.</exception>
    public static void Save(Stream stream, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var values = tensors.ToList();
        var header = SafeTensorsHeader.Plan(values, metadata);
        header.Write(stream);
        var byName = values.ToDictionary(item => item.Name, item => item.Value, StringComparer.Ordinal);
        foreach (var entry in header.InFileOrder)
        {
            using var scope = NewDisposeScope();
            stream.Write(byName[entry.Name].detach().cpu().contiguous().bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }

    /// <summary>Reads a file of a known length; <paramref name="name"/> is what errors call it.</summary>
    internal static SafeTensorsFile Load(Stream stream, string name)
    {
        var fault = new SafeTensorsFault(name);
        var header = ReadHeader(stream, fault);
        var file = new SafeTensorsFile(header.Metadata);
        try
        {
            foreach (var entry in header.InFileOrder)
            {
                var position = stream.Position;
                var tensor = entry.ReadTensor(stream);
                file._tensors.Add(entry.Name, tensor);
                RequireBooleans(entry, tensor, position, fault);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static SafeTensorsHeader ReadHeader(Stream stream, SafeTensorsFault fault)
    {
        byte[] start = FoundContent.StartOf(stream);
        if (!FileKind.IsSafeTensors(start) && (FileKind.Recognise(start) ?? (FileKind.IsOnnx(start) ? IsOnnx : null)) is { } other)
        {
            throw fault.OtherFile(PyTorchCheckpoint.Begins(start) ? $"{other} {FromPyTorch}" : other);
        }

        var available = stream.Length - SafeTensorsHeader.PrefixLength;
        if (available < 0)
        {
            throw fault.NotSafeTensors(Invariant($"{stream.Length} bytes found, expected at least {SafeTensorsHeader.PrefixLength}"));
        }

        Span<byte> prefix = stackalloc byte[SafeTensorsHeader.PrefixLength];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var longest = (ulong)Math.Min(available, SafeTensorsHeader.MaxLength);
        if (length > longest)
        {
            throw fault.NotSafeTensors($"byte 0: a header of {length} bytes found, expected at most {longest}");
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        return header is [(byte)'{', ..]
            ? SafeTensorsHeaderReader.Read(header, available - header.Length, fault)
            : throw fault.NotSafeTensors(Invariant($"byte {SafeTensorsHeader.PrefixLength}: no header found, expected one that begins with '{{'"));
    }

    /// <summary>libtorch computes nonsense with truth values other than 0 and 1.</summary>
    private static void RequireBooleans(SafeTensorsEntry entry, Tensor tensor, long position, SafeTensorsFault fault)
    {
        var index = entry.Type.Scalar == ScalarType.Bool ? tensor.bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) : -1;
        if (index >= 0)
        {
            throw fault.At(position + index, Invariant($"tensor {SafeTensorsFault.Quote(entry.Name)}: {tensor.bytes[index]} found, expected 0 or 1 for BOOL"));
        }
    }
}
