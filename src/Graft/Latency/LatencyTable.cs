using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Graft.Runtime;

namespace Graft.Latency;

/// <summary>Measured latencies of one target (<b>LANA</b>'s look-up table), as a JSON file.</summary>
public sealed record LatencyTable
{
    private const double LongestMs = 1e9; // eleven days

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Where and how they were measured.</summary>
    public required LatencyTarget Target { get; init; }

    /// <summary>The entries by the key of what was measured.</summary>
    public IReadOnlyDictionary<string, LatencyEntry> Entries { get; init; } = new SortedDictionary<string, LatencyEntry>();

    /// <summary>Reads a table; null if there is no such file.</summary>
    /// <exception cref="DataException">The file is not a latency table, or has latencies that nothing can have.</exception>
    public static LatencyTable? TryLoad(string path)
    {
        try
        {
            if (!Path.Exists(path))
            {
                return null;
            }

            using var stream = RegularFile.OpenRead(path);
            var table = JsonSerializer.Deserialize<LatencyTable>(stream, Json);
            return FaultOf(table) is { } fault ? throw NotATable(fault) : table;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw NotATable(e.Message.Split('\n')[0], e);
        }

        DataException NotATable(string reason, Exception? cause = null) =>
            new($"{path} is not a latency table: {reason} Name another file; one that is not there is made.", cause);
    }

    private static string? FaultOf(LatencyTable? table)
    {
        if (table is not { Target: not null, Entries: not null })
        {
            return "it says no target or no entries.";
        }

        foreach (var (key, entry) in table.Entries)
        {
            if (entry is not { Name: not null, SamplesMs: not null })
            {
                return $"entry '{key}' is empty.";
            }

            if (entry.SamplesMs.FirstOrDefault(sample => sample is not (> 0 and <= LongestMs), 1) is var wrong and not 1)
            {
                return Invariant($"'{entry.Name}' took {wrong} ms.");
            }

            if (entry.IsDone && entry.Interval() is null)
            {
                return Invariant($"'{entry.Name}' is called measured with {entry.SamplesMs.Count} samples.");
            }
        }

        return null;
    }

    /// <summary>
    /// Adds the entries to a file, which is made where there is none. What the file has stays; the rest is brought to its scale by the slowest model that both
    /// have, as it was measured at another time. Other processes of this machine and user add theirs before or after.
    /// </summary>
    /// <returns>False where the file is of another target: then it is left as it is.</returns>
    /// <exception cref="DataException">The file is not a latency table.</exception>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public bool AddTo(string path)
    {
        string name = $"graft-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path))))[..32]}";
        bool added = false;
        StorageErrors.Guard(path, () =>
        {
            added = MachineTurn.Take(name, () => MergeInto(path)); // where the one before was killed, the file is whole all the same
        });
        return added;
    }

    private bool MergeInto(string path)
    {
        var given = TryLoad(path) ?? new() { Target = Target };
        if (given.Target != Target)
        {
            return false;
        }

        string? reference = given.SlowestOf(Entries.Where(e => Has(e.Key) && e.Value.Name != LatencyEntry.CallName).Select(e => e.Key));
        (this with { Entries = new SortedDictionary<string, LatencyEntry>(given.Joined(Entries, reference), StringComparer.Ordinal) }).Save(path);
        return true;
    }

    /// <summary>The model that the table's scale is told by: of those that it has the slowest, whose latency the clock and the runtime blur least.</summary>
    /// <param name="keys">The models' keys.</param>
    /// <returns>Its key; null where the table has none of them.</returns>
    internal string? SlowestOf(IEnumerable<string> keys) => keys.Where(Has).MaxBy(key => Entries[key].Interval()!.Median);

    /// <summary>What the table has, and what it lacks as it was measured at another time.</summary>
    /// <param name="measured">What was measured, by key.</param>
    /// <param name="reference">A model that both have, to whose latency in the table what was measured is scaled; null to take that as it is.</param>
    internal Dictionary<string, LatencyEntry> Joined(IReadOnlyDictionary<string, LatencyEntry> measured, string? reference)
    {
        double factor = reference is null ? 1 : Entries[reference].Interval()!.Median / measured[reference].Interval()!.Median;
        var entries = Entries.Where(e => Has(e.Key)).ToDictionary();
        foreach (var (key, entry) in measured)
        {
            entries.TryAdd(key, factor == 1 ? entry : entry.Scaled(factor));
        }

        return entries;
    }

    /// <summary>Whether it has the latency of a model, so that it needs not be measured.</summary>
    internal bool Has(string key) => Entries.TryGetValue(key, out var entry) && entry.Interval() is not null;

    /// <summary>Writes the table atomically.</summary>
    /// <exception cref="RunException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Json));

    /// <summary>Checks that the table is of a target.</summary>
    /// <param name="target">The target that latencies are asked for.</param>
    /// <param name="source">The table's file, for the message.</param>
    /// <exception cref="ConfigurationException">It was measured elsewhere or in another way.</exception>
    public void CheckTarget(LatencyTarget target, string source)
    {
        if (Target != target)
        {
            throw new ConfigurationException(
                $"{source} was measured on another target: it is of {Target}; here it is {target}. Measure here, or allow foreign latencies to take it all the same."
            )
            {
                Remedies = [new(Setting.ForeignLatencies)],
            };
        }
    }
}
