namespace Graft.Formats;

/// <summary>Finds the weights in what a checkpoint holds: the dictionary of tensors, below a name such as <c>state_dict</c>, else at the top.</summary>
internal static class StateDictionary
{
    private const int Shown = 5;

    // In this order, where a checkpoint has several dictionaries of tensors.
    private static readonly string[] Names = ["state_dict", "model_state_dict", "model", "net", "network", "weights", "params"];

    /// <summary>The tensors by name.</summary>
    /// <param name="root">What the pickle holds.</param>
    /// <param name="fault">Words the errors.</param>
    /// <exception cref="DataException">There are none, or several dictionaries of them of which none has a usual name.</exception>
    public static IReadOnlyDictionary<string, PickleTensor> Find(object? root, PickleFault fault)
    {
        if (root is not PickleDictionary top)
        {
            throw fault.Refused($"it holds {(root is PickleTensor ? "a single tensor" : "no dictionary")}, expected tensors by name");
        }

        var below = top.Items
            .Where(item => item.Key is string)
            .Select(item => (Name: (string)item.Key!, Tensors: item.Value is PickleDictionary dictionary ? Tensors(dictionary) : null))
            .Where(item => item.Tensors is { Count: > 0 })
            .ToList();
        var named = Names.Select(name => below.LastOrDefault(item => item.Name == name).Tensors).FirstOrDefault(tensors => tensors is not null);
        if ((named ?? Tensors(top)) is { Count: > 0 } chosen) // beside the weights may lie a tensor that is none: the best accuracy
        {
            return chosen;
        }

        return below.Count == 1 ? below[0].Tensors! : throw fault.Refused(below.Count == 0
            ? $"it holds no tensors by name but {List(top.Items.Select(item => item.Key is string text ? text : "…"))}"
            : $"it holds several dictionaries of tensors ({List(below.Select(item => item.Name))}), "
                + $"expected one of them to be called {string.Join(", ", Names)}");
    }

    private static Dictionary<string, PickleTensor> Tensors(PickleDictionary dictionary)
    {
        var tensors = new Dictionary<string, PickleTensor>(StringComparer.Ordinal);
        foreach (var (key, value) in dictionary.Items)
        {
            if (key is string name && value is PickleTensor tensor)
            {
                tensors[name] = tensor;
            }
        }

        return tensors;
    }

    private static string List(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count == 0 ? "nothing" : string.Join(", ", all.Take(Shown).Select(SafeTensorsFault.Quote)) + (all.Count > Shown ? ", …" : "");
    }
}
