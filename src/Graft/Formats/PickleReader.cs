using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Graft.Formats;

/// <summary>
/// Reads pickles of PyTorch checkpoints, and nothing else: tensors, numbers, texts, lists, tuples, sets and dictionaries. No object is made by a name in the
/// file and no code runs; whatever
/// else a pickle asks for is refused by its name, as PyTorch's own <c>weights_only</c> does. Memory stays within a small multiple of the bytes read, and
/// these within a limit.
/// </summary>
/// <param name="stream">Where the pickles are, one after another.</param>
/// <param name="fault">Words the errors.</param>
internal sealed class PickleReader(Stream stream, PickleFault fault)
{
    private const int MaxBytes = 1 << 26; // a network of 10,000 tensors takes 2 MB
    private const int MaxValues = 4_000_000;
    private const int MaxText = 1 << 20;

    private static readonly Dictionary<string, string> StorageTypes = new(StringComparer.Ordinal)
    {
        ["torch.FloatStorage"] = "F32",
        ["torch.DoubleStorage"] = "F64",
        ["torch.HalfStorage"] = "F16",
        ["torch.BFloat16Storage"] = "BF16",
        ["torch.LongStorage"] = "I64",
        ["torch.IntStorage"] = "I32",
        ["torch.ByteStorage"] = "U8",
        ["torch.BoolStorage"] = "BOOL",
    };

    // Names that are mere values here: element types and devices say nothing about weights.
    private static readonly HashSet<string> Inert = new(StringComparer.Ordinal)
    {
        "torch.float32", "torch.float64", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32",
        "torch.int16", "torch.int8", "torch.uint8", "torch.bool",
        "torch.ShortStorage", "torch.CharStorage",
    };

    private static readonly HashSet<string> Callable = new(StringComparer.Ordinal)
    {
        "collections.OrderedDict",
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter", "torch.Size", "torch.device",
        "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset", "_codecs.encode",
    };

    private static readonly object Mark = new();
    private readonly Stack<object?> _stack = new();
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Dictionary<string, PickleStorage> _storages = new(StringComparer.Ordinal);
    private long _read;
    private int _values;

    /// <summary>The blocks of numbers that all pickles so far speak of, by key.</summary>
    public IReadOnlyDictionary<string, PickleStorage> Storages => _storages;

    /// <summary>Reads the next pickle.</summary>
    /// <returns>
    /// <see cref="PickleTensor"/>, <see cref="PickleDictionary"/>, a list or set as <see cref="List{T}"/>, a tuple as an array, or a text, number, truth
    /// value or null.
    /// </returns>
    /// <exception cref="DataException">It is damaged, too long, or holds what is refused.</exception>
    public object? Read()
    {
        _stack.Clear();
        _memo.Clear();
        try
        {
            while (true)
            {
                var code = Byte();
                if (code == '.')
                {
                    return Pop();
                }

                Execute(code);
            }
        }
        catch (EndOfStreamException exception)
        {
            throw fault.Damaged("it ends in the middle", exception);
        }
    }

    private void Execute(byte code)
    {
        switch (code)
        {
            case 0x80: // PROTO
                if (Byte() is var protocol and (< 2 or > 5))
                {
                    throw fault.Damaged($"pickle protocol {protocol} found, expected 2 to 5");
                }

                break;
            case 0x95: // FRAME
                Bytes(8);
                break;
            case (byte)'(':
                Push(Mark);
                break;
            case (byte)'0':
                Pop();
                break;
            case (byte)'1':
                PopToMark();
                break;
            case (byte)'N':
                Push(null);
                break;
            case 0x88:
                Push(true);
                break;
            case 0x89:
                Push(false);
                break;
            case (byte)'K':
                Push((long)Byte());
                break;
            case (byte)'M':
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                break;
            case (byte)'J':
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                break;
            case 0x8A: // LONG1
                var number = new BigInteger(Bytes(Byte()));
                Push(number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number);
                break;
            case (byte)'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8)));
                break;
            case (byte)'X':
                Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)), Encoding.UTF8));
                break;
            case 0x8C:
                Push(Text(Byte(), Encoding.UTF8));
                break;
            case 0x8D:
                Push(Text(BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8)), Encoding.UTF8));
                break;
            case (byte)'U' or (byte)'C':
                Push(Text(Byte(), Encoding.Latin1)); // Python 2's strings, and bytes
                break;
            case (byte)'T' or (byte)'B':
                Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)), Encoding.Latin1));
                break;
            case (byte)']' or 0x8F:
                Push(new List<object?>());
                break;
            case (byte)'a':
                var item = Pop();
                Top<List<object?>>().Add(item);
                break;
            case (byte)'e' or 0x90:
                var items = PopToMark();
                Top<List<object?>>().AddRange(items);
                break;
            case 0x91: // FROZENSET
                Push(PopToMark().ToList());
                break;
            case (byte)')':
                Push(Array.Empty<object?>());
                break;
            case (byte)'t':
                Push(PopToMark());
                break;
            case 0x85 or 0x86 or 0x87: // TUPLE1, TUPLE2, TUPLE3
                var tuple = new object?[code - 0x84];
                for (var i = tuple.Length - 1; i >= 0; i--)
                {
                    tuple[i] = Pop();
                }

                Push(tuple);
                break;
            case (byte)'}':
                Push(new PickleDictionary());
                break;
            case (byte)'s':
                var (value, key) = (Pop(), Pop());
                Top<PickleDictionary>().Items.Add((key, value));
                break;
            case (byte)'u':
                var pairs = PopToMark();
                Fill(Top<PickleDictionary>(), pairs);
                break;
            case (byte)'c':
                Push(Global(Line(), Line()));
                break;
            case 0x93: // STACK_GLOBAL
                var (name, module) = (Pop<string>(), Pop<string>());
                Push(Global(module, name));
                break;
            case (byte)'R' or 0x81: // REDUCE, NEWOBJ
                var (arguments, callable) = (Pop<object?[]>(), Pop<PickleGlobal>());
                Push(Call(callable.Name, arguments));
                break;
            case (byte)'b': // BUILD: attributes of a dictionary, such as the versions of its modules
                Pop();
                Top<PickleDictionary>();
                break;
            case (byte)'Q':
                Push(Storage(Pop<object?[]>()));
                break;
            case (byte)'q':
                _memo[Byte()] = Peek();
                break;
            case (byte)'r':
                _memo[BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))] = Peek();
                break;
            case 0x94: // MEMOIZE
                _memo[_memo.Count] = Peek();
                break;
            case (byte)'h':
                Push(Recall(Byte()));
                break;
            case (byte)'j':
                Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4))));
                break;
            default:
                throw fault.Damaged(Invariant($"pickle code 0x{code:x2} found at byte {_read - 1}, which PyTorch does not write"));
        }
    }

    private PickleGlobal Global(string module, string name)
    {
        var full = $"{module}.{name}";
        return Callable.Contains(full) || StorageTypes.ContainsKey(full) || Inert.Contains(full) ? new PickleGlobal(full) : throw fault.Code(full);
    }

    private object? Call(string name, object?[] arguments)
    {
        switch (name, arguments)
        {
            case ("collections.OrderedDict", []):
                return new PickleDictionary();
            case ("collections.OrderedDict", [List<object?> pairs]): // as Python 2 wrote it: [[key, value], …]
                var dictionary = new PickleDictionary();
                dictionary.Items.AddRange(pairs.Select(pair => pair is List<object?> and [var key, var value] ? (key, value) : throw Unexpected(name)));
                return dictionary;
            case ("torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2",
                [PickleStorage storage, long offset, object?[] shape, object?[] strides, ..]):
                return new PickleTensor(storage, offset, Numbers(shape), Numbers(strides));
            case ("torch._utils._rebuild_parameter", [PickleTensor tensor, ..]):
                return tensor;
            case ("torch.Size" or "builtins.set" or "__builtin__.set" or "builtins.frozenset" or "__builtin__.frozenset", [var items]):
                return items;
            case ("builtins.set" or "__builtin__.set", []):
                return new List<object?>();
            case ("torch.device" or "_codecs.encode", [var text, ..]):
                return text;
            default:
                throw Unexpected(name);
        }
    }

    private PickleStorage Storage(object?[] identity)
    {
        // ("storage", type, key, device, count), in old files with null or the description of a view after it
        if (identity is not ["storage", PickleGlobal type, string key, _, long count, ..] || count < 0 || identity.Skip(5).Any(view => view is not null))
        {
            throw fault.Damaged(Invariant($"a block of numbers is described in an unknown way at byte {_read}"));
        }

        if (!StorageTypes.TryGetValue(type.Name, out var known))
        {
            throw fault.Refused($"it holds numbers of {SafeTensorsFault.Quote(type.Name)}, expected one of {SafeTensorsType.Names}");
        }

        var storage = new PickleStorage(key, SafeTensorsType.All.Single(t => t.Name == known), count);
        return _storages.TryAdd(key, storage) || _storages[key] == storage
            ? storage
            : throw fault.Damaged($"block {SafeTensorsFault.Quote(key)} is described in two ways");
    }

    private long[] Numbers(object?[] values) =>
        [.. values.Select(value => value is long number ? number : throw fault.Damaged(Invariant($"a shape is no list of numbers at byte {_read}")))];

    private void Fill(PickleDictionary dictionary, object?[] pairs)
    {
        if (pairs.Length % 2 != 0)
        {
            throw fault.Damaged(Invariant($"a dictionary has a key without a value at byte {_read}"));
        }

        for (var i = 0; i < pairs.Length; i += 2)
        {
            dictionary.Items.Add((pairs[i], pairs[i + 1]));
        }
    }

    private void Push(object? value)
    {
        if (++_values > MaxValues)
        {
            throw fault.Refused(Invariant($"it has more than {MaxValues:N0} values beside its tensors"));
        }

        _stack.Push(value);
    }

    private object? Pop() => _stack.TryPop(out var value) ? value : throw fault.Damaged(Invariant($"a value is missing at byte {_read}"));

    private T Pop<T>() => Pop() is T value ? value : throw Unexpected(typeof(T) == typeof(PickleGlobal) ? "a call" : "an argument");

    private object? Peek() => _stack.TryPeek(out var value) ? value : throw fault.Damaged(Invariant($"a value is missing at byte {_read}"));

    private T Top<T>() => Peek() is T value ? value : throw Unexpected("a container");

    private object?[] PopToMark()
    {
        var values = new List<object?>();
        for (var value = Pop(); !ReferenceEquals(value, Mark); value = Pop())
        {
            values.Add(value);
        }

        values.Reverse();
        return [.. values];
    }

    private object? Recall(long index) => _memo.TryGetValue(index, out var value)
        ? value
        : throw fault.Damaged(Invariant($"value {index} is used before it is given, at byte {_read}"));

    private DataException Unexpected(string what) => fault.Damaged(Invariant($"{what} has other values than expected at byte {_read}"));

    private string Text(ulong length, Encoding encoding) => length <= MaxText
        ? encoding.GetString(Bytes((int)length))
        : throw fault.Refused(Invariant($"it holds a text of {length:N0} bytes, at most {MaxText:N0} are read"));

    private string Line()
    {
        var line = new StringBuilder();
        for (var next = Byte(); next != '\n'; next = Byte())
        {
            line.Append(line.Length < 1000 ? (char)next : throw fault.Damaged(Invariant($"a name of more than 1000 bytes at byte {_read}")));
        }

        return line.ToString();
    }

    private byte Byte()
    {
        var next = stream.ReadByte();
        Count(1);
        return next < 0 ? throw new EndOfStreamException() : (byte)next;
    }

    private byte[] Bytes(int count)
    {
        Count(count);
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private void Count(int bytes)
    {
        _read += bytes;
        if (_read > MaxBytes)
        {
            throw fault.Refused(Invariant($"it has more than {MaxBytes:N0} bytes beside its tensors"));
        }
    }
}
