namespace Graft.Formats;

/// <summary>A dictionary of a pickle, in its order. It is no hash table: keys may be of any kind, and nobody can choose them so that they collide.</summary>
internal sealed class PickleDictionary
{
    /// <summary>Keys and values.</summary>
    public List<(object? Key, object? Value)> Items { get; } = [];
}

/// <summary>The name of a Python object that a pickle refers to, e.g. <c>collections.OrderedDict</c>.</summary>
/// <param name="Name">Module and name.</param>
internal sealed record PickleGlobal(string Name);

/// <summary>A block of numbers of a PyTorch checkpoint.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Count">The number of its elements.</param>
internal sealed record PickleStorage(string Key, SafeTensorsType Type, long Count);

/// <summary>A tensor of a PyTorch checkpoint: a view of a block of numbers.</summary>
/// <param name="Storage">The block.</param>
/// <param name="Offset">The first element.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Strides">Elements from one index to the next, for each dimension.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
