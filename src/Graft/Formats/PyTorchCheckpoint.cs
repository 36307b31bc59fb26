using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using static TorchSharp.torch;

namespace Graft.Formats;

/// <summary>
/// Reads the weights of PyTorch checkpoints (<c>.pt</c>, <c>.pth</c>, <c>.th</c>, <c>.ckpt</c>): the zip files of today, and the files of PyTorch before 1.6.
/// Nothing in them is trusted: see
/// <see cref="PickleReader"/>; blocks of numbers are read only where the file is long enough for all of them.
/// </summary>
internal static class PyTorchCheckpoint
{
    private const long ProtocolVersion = 1001;
    private const int MaxDimensions = 64;
    private const string Program = "it is a TorchScript program, not a checkpoint";
    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Whether a file begins like a checkpoint.</summary>
    public static bool Begins(ReadOnlySpan<byte> start) => IsZip(start) || start is [0x80, 2, ..];

    /// <summary>Reads the tensors of the weights; those of an optimizer beside them stay in the file.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>The tensors by name, contiguous, on the CPU; the caller disposes them. No dispose scope owns them.</returns>
    /// <exception cref="DataException">The file is damaged, or holds something else than tensors and plain containers.</exception>
    public static Dictionary<string, Tensor> Load(Stream stream, string name)
    {
        var fault = new PickleFault(name);
        var start = new byte[4];
        stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        try
        {
            return IsZip(start) ? LoadZip(stream, fault) : LoadLegacy(stream, fault);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw fault.Damaged($"it is cut off or changed ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    /// <summary>Whether a file's name ends as those of checkpoints do.</summary>
    public static bool IsNamedLikeOne(string path) => Path.GetExtension(path).ToUpperInvariant() is ".PTH" or ".PT" or ".TH" or ".CKPT";

    private static bool IsZip(ReadOnlySpan<byte> start) => start is [(byte)'P', (byte)'K', 3, 4, ..];

    private static Dictionary<string, Tensor> LoadZip(Stream stream, PickleFault fault)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var pickle = archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw fault.Refused("it is a zip archive without data.pkl, not a checkpoint");
        var root = pickle.FullName[..^"data.pkl".Length];
        if (archive.GetEntry($"{root}constants.pkl") is not null
            || archive.Entries.Any(entry => entry.FullName.StartsWith($"{root}code/", StringComparison.Ordinal)))
        {
            throw fault.Refused(Program);
        }

        if (archive.GetEntry($"{root}byteorder") is { } order && Text(order) != "little")
        {
            throw fault.Refused("its numbers are big-endian");
        }

        IReadOnlyDictionary<string, PickleTensor> tensors;
        using (var content = new BufferedStream(pickle.Open()))
        {
            tensors = StateDictionary.Find(new PickleReader(content, fault).Read(), fault);
        }

        using var blocks = new Blocks(stream.Length, fault);
        foreach (var storage in tensors.Values.Select(tensor => tensor.Storage).Distinct())
        {
            var entry = archive.GetEntry($"{root}data/{storage.Key}") ?? throw fault.Damaged($"block {SafeTensorsFault.Quote(storage.Key)} is missing");
            if (entry.CompressedLength != entry.Length || entry.Length != storage.Count * (Int128)storage.Type.Size)
            {
                throw fault.Damaged(
                    Invariant($"block {SafeTensorsFault.Quote(storage.Key)} has {entry.Length:N0} bytes, {entry.CompressedLength:N0} in the file, ")
                    + Invariant($"expected {storage.Count:N0} {storage.Type.Name}"));
            }

            using var content = entry.Open();
            blocks.Read(storage, content);
        }

        return blocks.Views(tensors);
    }

    private static Dictionary<string, Tensor> LoadLegacy(Stream stream, PickleFault fault)
    {
        var content = new BufferedStream(stream, 1 << 16); // not disposed: the stream is the caller's
        var reader = new PickleReader(content, fault);
        if (reader.Read() is not BigInteger magic || magic != Magic)
        {
            throw fault.Refused("it is a Python pickle but not a PyTorch checkpoint");
        }

        if (reader.Read() is not ProtocolVersion)
        {
            throw fault.Damaged(Invariant($"a version other than {ProtocolVersion} found"));
        }

        if (reader.Read() is PickleDictionary system && system.Items.Any(item => item is ("little_endian", false)))
        {
            throw fault.Refused("its numbers are big-endian");
        }

        var tensors = StateDictionary.Find(reader.Read(), fault);
        var wanted = tensors.Values.Select(tensor => tensor.Storage.Key).ToHashSet(StringComparer.Ordinal);
        if (reader.Read() is not List<object?> keys)
        {
            throw fault.Damaged("the list of blocks is missing");
        }

        using var blocks = new Blocks(stream.Length, fault);
        foreach (var key in keys)
        {
            if (key is not string text || !reader.Storages.TryGetValue(text, out var storage))
            {
                throw fault.Damaged("the list of blocks names one that is not used");
            }

            var number = new byte[8];
            content.ReadExactly(number);
            var count = BinaryPrimitives.ReadInt64LittleEndian(number);
            if (count != storage.Count)
            {
                throw fault.Damaged(Invariant($"block {SafeTensorsFault.Quote(text)} has {count:N0} elements, expected {storage.Count:N0}"));
            }

            long left = stream.Length - content.Position;
            if (count > left / storage.Type.Size)
            {
                throw fault.Damaged(Invariant($"it is cut off: block {SafeTensorsFault.Quote(text)} has {count:N0} elements, and {left:N0} bytes follow"));
            }

            if (wanted.Contains(text))
            {
                blocks.Read(storage, content);
            }
            else
            {
                content.Seek(count * storage.Type.Size, SeekOrigin.Current);
            }
        }

        return blocks.Views(tensors);
    }

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        var text = new char[16];
        return new string(text, 0, reader.ReadBlock(text, 0, text.Length)).Trim();
    }

    /// <summary>The blocks of numbers that were read, and the tensors that are views of them.</summary>
    private sealed class Blocks(long fileLength, PickleFault fault) : IDisposable
    {
        private readonly Dictionary<string, Tensor> _blocks = new(StringComparer.Ordinal);
        private long _bytes, _copied;

        public void Read(PickleStorage storage, Stream content)
        {
            var size = SafeTensorsEntry.SizeBytes(storage.Type, [storage.Count])
                ?? throw fault.Refused(
                    Invariant(
                        $"block {SafeTensorsFault.Quote(storage.Key)} has {storage.Count:N0} {storage.Type.Name}, at most {int.MaxValue:N0} bytes are read"
                    )
                );
            _bytes = Within(_bytes + size);
            var block = empty([storage.Count], storage.Type.Scalar, CPU).DetachFromDisposeScope();
            _blocks.Add(storage.Key, block);
            content.ReadExactly(block.bytes);
            if (storage.Type.Scalar == ScalarType.Bool && block.bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) >= 0)
            {
                throw fault.Damaged($"block {SafeTensorsFault.Quote(storage.Key)} of truth values has others than 0 and 1");
            }
        }

        public Dictionary<string, Tensor> Views(IReadOnlyDictionary<string, PickleTensor> tensors)
        {
            var views = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            try
            {
                foreach (var (name, tensor) in tensors)
                {
                    Check(name, tensor);
                    using var scope = NewDisposeScope();
                    var view = _blocks[tensor.Storage.Key].as_strided(tensor.Shape, tensor.Strides, tensor.Offset);
                    if (!view.is_contiguous())
                    {
                        _copied = Within(_copied + (view.numel() * tensor.Storage.Type.Size));
                        view = view.contiguous();
                    }

                    views.Add(name, view.DetachFromDisposeScope());
                }

                return views;
            }
            catch
            {
                foreach (var view in views.Values)
                {
                    view.Dispose();
                }

                throw;
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            foreach (var block in _blocks.Values)
            {
                block.Dispose(); // views keep the numbers alive
            }
        }

        /// <summary>A view may have no more elements than its block, and none outside of it.</summary>
        private void Check(string name, PickleTensor tensor)
        {
            var sound = tensor.Shape.Length == tensor.Strides.Length && tensor.Shape.Length <= MaxDimensions
                && tensor.Offset >= 0 && tensor.Shape.All(length => length >= 0) && tensor.Strides.All(stride => stride >= 0)
                && SafeTensorsEntry.SizeBytes(tensor.Storage.Type, tensor.Shape) is { } size && size <= tensor.Storage.Count * tensor.Storage.Type.Size;
            if (sound && !tensor.Shape.Contains(0))
            {
                Int128 last = tensor.Offset;
                for (var i = 0; i < tensor.Shape.Length; i++)
                {
                    last += (Int128)(tensor.Shape[i] - 1) * tensor.Strides[i];
                }

                sound = last < tensor.Storage.Count;
            }

            if (!sound)
            {
                throw fault.Damaged(
                    $"tensor {SafeTensorsFault.Quote(name)} of shape [{string.Join(", ", tensor.Shape.Select(d => Invariant($"{d}")))}], strides [{string.Join(", ", tensor.Strides.Select(d => Invariant($"{d}")))}], "
                    + Invariant($"from element {tensor.Offset}, does not lie within its block of {tensor.Storage.Count:N0} elements"));
            }
        }

        private long Within(long bytes) => bytes <= fileLength
            ? bytes
            : throw fault.Damaged(Invariant($"its tensors take more than the {fileLength:N0} bytes of the file"));
    }
}
