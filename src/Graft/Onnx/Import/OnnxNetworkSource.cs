using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Graft.Data;
using Graft.Networks;
using Graft.Runtime;

namespace Graft.Onnx.Import;

/// <summary>
/// A folder of imported ONNX files, whole and proven, by name: <c>onnx-</c> and twelve hexadecimal digits, which stand for the file's content and the options that it was
/// read with. Copies outlive the originals, so that what was computed with a name stays what it was.
/// </summary>
/// <param name="folder">The folder; it is made when the first file comes.</param>
public sealed class OnnxNetworkSource(string folder) : INetworkSource
{
    private const string Prefix = "onnx-";

    private static readonly JsonSerializerOptions Format = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    private readonly ConcurrentDictionary<string, ImportedNetwork> _open = new();

    /// <summary>Imports a file; one that is there already is not read again.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <returns>The network's name.</returns>
    /// <exception cref="DataException">It cannot be imported.</exception>
    /// <exception cref="RunException">It cannot be copied.</exception>
    public string Add(string path, OnnxImportOptions? options = null)
    {
        options ??= new();
        var file = OnnxFile.Read(path);
        byte[] whole = file.External.Count == 0 ? file.Bytes : file.Whole(file.Model).ToByteArray();
        string name = NameOf(whole, options);
        if (!File.Exists(PathOf(name)))
        {
            OnnxImport.Read(path, options);
            Directory.CreateDirectory(folder);
            AtomicFile.Write(Path.Combine(folder, $"{name}.json"), stream => JsonSerializer.Serialize(stream, options, Format));
            AtomicFile.Write(PathOf(name), stream => stream.Write(whole)); // last: what is there is complete
        }

        return name;
    }

    /// <summary>Whether a text is the name of an import, of this folder or another.</summary>
    public static bool IsName(string text) => text.Length == Prefix.Length + 12 && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].All(char.IsAsciiHexDigitLower);

    /// <summary>The network of a name.</summary>
    /// <exception cref="ConfigurationException">The folder has no such import.</exception>
    /// <exception cref="DataException">The copy is damaged.</exception>
    public ImportedNetwork Open(string name)
    {
        return IsName(name) && File.Exists(PathOf(name))
            ? _open.GetOrAdd(name, Read)
            : throw new ConfigurationException($"There is no imported network '{name}' in {folder}. Give the ONNX file itself.");

        ImportedNetwork Read(string wanted)
        {
            string description = Path.Combine(folder, $"{wanted}.json");
            var options = File.Exists(description) ? JsonSerializer.Deserialize<OnnxImportOptions>(File.ReadAllText(description)) : null;
            var import = OnnxImport.ReadUnproven(PathOf(wanted), options ?? new());
            return NameOf(import.File.Bytes, options ?? new()) == wanted
                ? import.Named(wanted)
                : throw new DataException($"{PathOf(wanted)} has changed since it was imported. Remove it and import the original again.");
        }
    }

    /// <inheritdoc/>
    public NetworkDefinition? TryDefine(string name, ImageShape image, int classes)
    {
        if (!IsName(name))
        {
            return null;
        }

        var definition = Open(name).Definition;
        return definition.Image != image ? throw new ConfigurationException($"{name} takes images of {definition.Image}, the data has {image}.")
            : definition.Classes != classes ? throw new ConfigurationException(Invariant($"{name} tells {definition.Classes} classes apart, the data has {classes}."))
            : definition;
    }

    private string PathOf(string name) => Path.Combine(folder, $"{name}.onnx");

    private static string NameOf(byte[] model, OnnxImportOptions options)
    {
        byte[] hash = SHA256.HashData(model);
        if (options != new OnnxImportOptions())
        {
            hash = SHA256.HashData([.. hash, .. JsonSerializer.SerializeToUtf8Bytes(options, Format)]);
        }

        return Prefix + Convert.ToHexStringLower(hash)[..12];
    }
}
