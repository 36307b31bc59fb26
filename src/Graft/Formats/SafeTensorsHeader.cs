using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace Graft.Formats;

/// <summary>The header of a safetensors file: which tensors it holds and where.</summary>
/// <param name="Metadata">What the writer had to say about the file.</param>
/// <param name="Entries">The tensors. Their data follow each other without holes; see <see cref="InFileOrder"/>.</param>
internal sealed record SafeTensorsHeader(IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<SafeTensorsEntry> Entries)
{
    /// <summary>Bytes of the number in front of the header.</summary>
    public const int PrefixLength = 8;

    /// <summary>The longest header that the reference implementation accepts, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>The key that is not a tensor.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>The entries in the order of their data.</summary>
    public IEnumerable<SafeTensorsEntry> InFileOrder => Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End);

    /// <summary>
    /// Finds a place for each tensor. Wide elements come first in the file, as in the reference implementation, so that every tensor is aligned.
    /// </summary>
    /// <exception cref="ArgumentException">A name is reserved or comes twice, or a tensor has a type or a size that cannot be written.</exception>
    public static SafeTensorsHeader Plan(IReadOnlyList<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { MetadataKey };
        var entries = new SafeTensorsEntry[tensors.Count];
        var begin = 0L;
        foreach (var (index, (name, value)) in tensors.Index().OrderByDescending(item => item.Item.Value.element_size()))
        {
            if (!names.Add(name))
            {
                throw new ArgumentException($"The name '{name}' is reserved or comes twice.", nameof(tensors));
            }

            var type = SafeTensorsType.All.FirstOrDefault(type => type.Scalar == value.dtype)
                ?? throw new ArgumentException($"Tensor '{name}' has type {value.dtype}, expected one of {SafeTensorsType.Names}.", nameof(tensors));
            var size = SafeTensorsEntry.SizeBytes(type, value.shape)
                ?? throw new ArgumentException($"Tensor '{name}' takes more than {int.MaxValue} bytes.", nameof(tensors));
            entries[index] = new(name, type, value.shape, begin, begin + size, Position: 0);
            begin += size;
        }

        return new(metadata ?? new Dictionary<string, string>(), entries);
    }

    /// <summary>Writes the header and the number in front of it: metadata sorted by key, entries in their order, padded with spaces to 8 bytes.</summary>
    public void Write(Stream stream)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json);
            foreach (var entry in Entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.Type.Name);
                WriteNumbers(json, "shape", entry.Shape);
                WriteNumbers(json, "data_offsets", [entry.Begin, entry.End]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        var padding = -buffer.WrittenCount & (PrefixLength - 1);
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);

        Span<byte> prefix = stackalloc byte[PrefixLength];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, buffer.WrittenCount);
        stream.Write(prefix);
        stream.Write(buffer.WrittenSpan);
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        if (Metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject(MetadataKey);
        foreach (var (key, value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string key, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(key);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
