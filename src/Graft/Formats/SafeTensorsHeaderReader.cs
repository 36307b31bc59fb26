using System.Text;
using System.Text.Json;

namespace Graft.Formats;

/// <summary>Parses the JSON header of a safetensors file and trusts none of it.</summary>
internal ref struct SafeTensorsHeaderReader
{
    /// <summary>libtorch's own operations go no further.</summary>
    private const int MaxDimensions = 64;

    private readonly SafeTensorsFault _fault;
    private readonly long _dataLength;
    private readonly List<SafeTensorsEntry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private Utf8JsonReader _json;

    private SafeTensorsHeaderReader(ReadOnlySpan<byte> header, long dataLength, SafeTensorsFault fault)
    {
        _json = new Utf8JsonReader(header);
        _dataLength = dataLength;
        _fault = fault;
    }

    private readonly long Position => SafeTensorsHeader.PrefixLength + _json.TokenStartIndex;

    /// <summary>Parses and validates a header.</summary>
    /// <param name="header">The header's bytes, without the number in front.</param>
    /// <param name="dataLength">How many bytes follow the header.</param>
    /// <param name="fault">Words the errors.</param>
    /// <exception cref="DataException">
    /// It is not JSON of the right form, or it does not describe exactly the bytes that follow: every byte belongs to one tensor.
    /// </exception>
    public static SafeTensorsHeader Read(ReadOnlySpan<byte> header, long dataLength, SafeTensorsFault fault)
    {
        var reader = new SafeTensorsHeaderReader(header, dataLength, fault);
        try
        {
            reader.ReadRoot();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The reader reports text that is not Unicode as an invalid operation.
            var position = SafeTensorsHeader.PrefixLength + reader._json.BytesConsumed;
            throw fault.At(position, "the header is not well-formed JSON from here on", exception);
        }

        var result = new SafeTensorsHeader(reader._metadata, reader._entries);
        reader.RequireNoGaps(result, SafeTensorsHeader.PrefixLength + header.Length);
        return result;
    }

    private void ReadRoot()
    {
        Expect(JsonTokenType.StartObject, "the header", "an object");
        while (NextKey() is { } name)
        {
            if (!_names.Add(name))
            {
                throw _fault.At(Position, $"{SafeTensorsFault.Quote(name)} is described twice, expected once");
            }

            if (name == SafeTensorsHeader.MetadataKey)
            {
                ReadMetadata();
            }
            else
            {
                _entries.Add(ReadEntry(name));
            }
        }

        // Only white space may follow: anything else throws.
        _json.Read();
    }

    private void ReadMetadata()
    {
        Expect(JsonTokenType.StartObject, SafeTensorsHeader.MetadataKey, "an object");
        while (NextKey() is { } key)
        {
            Expect(JsonTokenType.String, $"metadata {SafeTensorsFault.Quote(key)}", "a string");
            if (!_metadata.TryAdd(key, _json.GetString()!))
            {
                throw _fault.At(Position, $"metadata {SafeTensorsFault.Quote(key)} is given twice, expected once");
            }
        }
    }

    private SafeTensorsEntry ReadEntry(string name)
    {
        var position = Position;
        var what = $"tensor {SafeTensorsFault.Quote(name)}";
        Expect(JsonTokenType.StartObject, what, "an object");
        string? type = null;
        List<long>? shape = null, offsets = null;
        while (NextKey() is { } key)
        {
            switch (key)
            {
                case "dtype" when type is null:
                    Expect(JsonTokenType.String, $"{what}: dtype", "a string");
                    type = _json.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers($"{what}: shape", MaxDimensions);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers($"{what}: data_offsets", 2);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw _fault.At(Position, $"{what}: {key} is given twice, expected once");
                default:
                    _json.Skip();
                    break;
            }
        }

        if (type is null || shape is null || offsets is not [var begin, var end])
        {
            throw _fault.At(position, $"{what}: expected dtype, shape and two data_offsets, not all of them found");
        }

        return Validate(new(name, FindType(type, what, position), [.. shape], begin, end, position), what);
    }

    private readonly SafeTensorsType FindType(string name, string what, long position) =>
        SafeTensorsType.All.FirstOrDefault(type => type.Name == name) ?? throw _fault.Unsupported(
            position, $"{what}: type {SafeTensorsFault.Quote(name)} found, expected one of {SafeTensorsType.Names}; convert the tensor before saving it");

    private readonly SafeTensorsEntry Validate(SafeTensorsEntry entry, string what)
    {
        if (entry.Begin > entry.End || entry.End > _dataLength)
        {
            throw _fault.At(entry.Position, Invariant($"{what}: data_offsets [{entry.Begin}, {entry.End}] found, expected a range within [0, {_dataLength}]"));
        }

        var size = SafeTensorsEntry.SizeBytes(entry.Type, entry.Shape)
            ?? throw _fault.Unsupported(entry.Position, $"{what}: {entry} found, expected at most {int.MaxValue} bytes in one tensor");
        return entry.End - entry.Begin == size
            ? entry
            : throw _fault.At(entry.Position, Invariant($"{what}: {entry.End - entry.Begin} bytes of data found, expected {size} for {entry}"));
    }

    private readonly void RequireNoGaps(SafeTensorsHeader header, long dataPosition)
    {
        var covered = 0L;
        foreach (var entry in header.InFileOrder)
        {
            if (entry.Begin != covered)
            {
                throw _fault.At(
                    entry.Position,
                    Invariant($"tensor {SafeTensorsFault.Quote(entry.Name)}: data begin at offset {entry.Begin}, expected {covered}, where the data before end")
                );
            }

            covered = entry.End;
        }

        if (covered != _dataLength)
        {
            throw _fault.At(dataPosition + covered, Invariant($"{_dataLength - covered} bytes found after the last tensor, expected the end of the file"));
        }
    }

    private List<long> ReadNumbers(string what, int most)
    {
        Expect(JsonTokenType.StartArray, what, "an array");
        var numbers = new List<long>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out var number) || number < 0 || numbers.Count == most)
            {
                throw Unexpected(what, Invariant($"at most {most} whole numbers from 0 to {long.MaxValue}"));
            }

            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>Goes to the next key of an object, or to its end: null.</summary>
    private string? NextKey() => _json.Read() && _json.TokenType == JsonTokenType.PropertyName ? _json.GetString() : null;

    private void Expect(JsonTokenType type, string what, string expected)
    {
        _json.Read();
        if (_json.TokenType != type)
        {
            throw Unexpected(what, expected);
        }
    }

    private readonly DataException Unexpected(string what, string expected) => _fault.At(
        Position, $"{what}: {SafeTensorsFault.Quote(Encoding.UTF8.GetString(_json.ValueSpan))} found, expected {expected}");
}
