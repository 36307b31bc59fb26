using System.Text.Json;
using Graft.Runtime;

namespace Graft.Latency;

/// <summary>Measured latencies of one target (<b>LANA</b>'s look-up table), as a JSON file.</summary>
public sealed record LatencyTable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Where and how they were measured.</summary>
    public required LatencyTarget Target { get; init; }

    /// <summary>The entries by the key of what was measured (<see cref="LatencySubject.Key"/>).</summary>
    public IReadOnlyDictionary<string, LatencyEntry> Entries { get; init; } = new SortedDictionary<string, LatencyEntry>();

    /// <summary>Reads a table; null if there is no such file.</summary>
    /// <exception cref="DataException">The file is not a latency table.</exception>
    public static LatencyTable? TryLoad(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using var stream = RegularFile.OpenRead(path);
            return JsonSerializer.Deserialize<LatencyTable>(stream, Json);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path} is not a latency table: {e.Message.Split('\n')[0]} Delete it to measure anew.", e);
        }
    }

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
            );
        }
    }
}
