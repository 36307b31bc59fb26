namespace Graft.Onnx.Import;

/// <summary>
/// Names positions as the network's author knows them: by the common path of their weights, else of their nodes, else by the first and last node.
/// </summary>
internal static class PositionNames
{
    private static readonly char[] Separators = ['.', '/'];

    /// <summary>The names, in order; no two are equal.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<ImportPosition> positions)
    {
        var taken = new HashSet<string>();
        return [.. positions.Select((position, i) => NameOf(position) is { } name && taken.Add(name) ? name : Unique(Invariant($"position{i + 1}")))];

        string Unique(string name)
        {
            taken.Add(name);
            return name;
        }
    }

    private static string? NameOf(ImportPosition position)
    {
        var weighted = position.Nodes.Where(n => n.Weights.Any(w => w.Value is not null)).ToList();
        string ofWeights = Common(weighted.SelectMany(n => n.Weights).Where(w => w.Value is not null).Select(w => w.Name), '.');
        if (ofWeights.Length > 0)
        {
            return ofWeights;
        }

        // "/layer1/layer1.0/conv1/Conv": each scope repeats the path.
        var names = weighted.Select(n => n.Node).ToList();
        string ofNodes = Common(names, '/');
        ofNodes = ofNodes.Length > 0 ? ofNodes[(ofNodes.LastIndexOf('/') + 1)..] : Common(names, '.');
        return ofNodes.Length > 0 ? ofNodes : names.Count == 0 ? null : names[0] == names[^1] ? names[0] : $"{names[0]}..{names[^1]}";
    }

    private static string Common(IEnumerable<string> names, char separator)
    {
        string[]? common = null;
        foreach (string name in names)
        {
            string[] scope = name.Split(separator)[..^1];
            common = common is null ? scope : [.. common.Zip(scope).TakeWhile(p => p.First == p.Second).Select(p => p.First)];
        }

        return string.Join(separator, common ?? []).Trim(Separators);
    }
}
