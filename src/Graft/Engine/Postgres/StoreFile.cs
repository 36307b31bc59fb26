using System.Text.Json;
using Graft.Runtime;

namespace Graft.Engine.Postgres;

/// <summary>The file <c>store.json</c> of a workspace whose record is elsewhere.</summary>
/// <param name="Id">The workspace's identity.</param>
/// <param name="Store">Where the record is; without a password.</param>
internal sealed record StoreFile(string Id, string Store)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads it; null where there is none.</summary>
    /// <exception cref="ConfigurationException">It is damaged.</exception>
    public static StoreFile? TryRead(string directory)
    {
        string path = PathIn(directory);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            StoreFile? read = null;
            StorageErrors.Guard(path, () => read = JsonSerializer.Deserialize<StoreFile>(File.ReadAllText(path), Json));
            return read is { Id: not null, Store: not null } ? read : throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{path} is damaged. Delete it and name the database again.", e) { Remedies = [new(Setting.Store)] };
        }
    }

    public void Write(string directory) => AtomicFile.Write(PathIn(directory), file => JsonSerializer.Serialize(file, this, Json));

    /// <summary>
    /// Whether a directory's file is a copy of that of another directory, which is still there: not where both are one file, seen through two mounts, nor where
    /// the system does not tell.
    /// </summary>
    public static bool IsCopy(string directory, string original) =>
        FileIdentity.TryOf(PathIn(directory)) is { } own
        && FileIdentity.TryOf(PathIn(original)) is { } other
        && (own with { Device = other.Device }) != other
        && TryRead(original)?.Id == TryRead(directory)?.Id;

    /// <summary>Where it is.</summary>
    public static string PathIn(string directory) => Path.Combine(directory, "store.json");
}
