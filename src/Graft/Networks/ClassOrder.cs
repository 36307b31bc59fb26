namespace Graft.Networks;

/// <summary>Compares the classes that a file names with those of a data set.</summary>
internal sealed class ClassOrder
{
    private readonly string _file, _data;
    private readonly IReadOnlyList<string> _ofFile, _ofData;
    private readonly StringComparer _comparer; // capitals matter only where they tell two classes apart

    /// <param name="file">What errors call the file.</param>
    /// <param name="ofFile">The classes that the file names, in the order of the network's scores; empty if it names none.</param>
    /// <param name="data">What errors call the data.</param>
    /// <param name="ofData">The data's classes, in the order of its labels.</param>
    public ClassOrder(string file, IReadOnlyList<string> ofFile, string data, IReadOnlyList<string> ofData)
    {
        (_file, _ofFile, _data, _ofData) = (file, ofFile, data, ofData);
        _comparer = NeedsCapitals(ofFile) || NeedsCapitals(ofData) ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        Agreement = ofFile.Count == 0 ? ClassAgreement.Unknown
            : ofFile.SequenceEqual(ofData, _comparer) ? ClassAgreement.Same
            : ofFile.Count == ofData.Count && ofFile.ToHashSet(_comparer).SetEquals(ofData) ? ClassAgreement.Reordered
            : ClassAgreement.Different;
    }

    /// <summary>How they stand to each other.</summary>
    public ClassAgreement Agreement { get; }

    /// <summary>For each class of the data, the place of its score in the network's output. Only where the names are the same.</summary>
    /// <exception cref="InvalidOperationException">The names are not the same.</exception>
    public IReadOnlyList<int> PlacesOfDataClasses => Agreement is ClassAgreement.Same or ClassAgreement.Reordered
        ? [.. _ofData.Select(name => _ofFile.Index().First(c => _comparer.Equals(c.Item, name)).Index)]
        : throw new InvalidOperationException("The classes are not the same.");

    /// <summary>Makes sure that the file's scores belong to the data's classes, as far as the file says it.</summary>
    /// <param name="acceptsReordered">Whether another order will do, because the caller maps the classes by name.</param>
    /// <param name="mapsOnRequest">Whether the caller can map them, so that the error may offer it.</param>
    /// <exception cref="DataException">They do not.</exception>
    public void Require(bool acceptsReordered, bool mapsOnRequest = true)
    {
        if (Agreement == ClassAgreement.Different)
        {
            string cure = _ofFile.Count == _ofData.Count
                ? ", or call its classes as the file does if they are the same (those of folders have the folders' names)"
                : "";
            throw new DataException($"the classes of {_file} are not those of {_data}: {Difference()}. Give the data that it was trained on{cure}.");
        }

        if (Agreement == ClassAgreement.Reordered && !acceptsReordered)
        {
            int i = _ofFile.Zip(_ofData).Index().First(c => !_comparer.Equals(c.Item.First, c.Item.Second)).Index;
            string cure = mapsOnRequest
                ? "Map them by name."
                : "Give data whose classes have the order of the file (those of folders are sorted by name).";
            throw new DataException(
                Invariant($"{_file} has the classes of {_data} in another order: class {i} is '{_ofFile[i]}' there and '{_ofData[i]}' here. {cure}")
            )
            {
                Remedies = mapsOnRequest ? [new(Setting.ClassesByName)] : [],
            };
        }
    }

    private string Difference()
    {
        if (_ofFile.Count != _ofData.Count)
        {
            return Invariant($"it tells {_ofFile.Count} classes apart, the data has {_ofData.Count}");
        }

        var (lost, found) = (_ofFile.Except(_ofData, _comparer).ToList(), _ofData.Except(_ofFile, _comparer).ToList());
        return lost.Count == 0 || found.Count == 0 ? "a name comes twice" : $"it has {Some(lost)}, the data {Some(found)} instead";
    }

    private static bool NeedsCapitals(IReadOnlyList<string> names) =>
        names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Distinct(StringComparer.Ordinal).Count();

    private static string Some(List<string> names) =>
        Invariant($"'{string.Join("', '", names.Take(3))}'{(names.Count > 3 ? Invariant($" and {names.Count - 3} more") : "")}");
}
