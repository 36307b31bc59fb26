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
/// Imported ONNX files, whole and proven, by name: <c>onnx-</c> and twelve hexadecimal digits, which stand for the file's content and the options that it was
/// read with. Copies in a folder outlive the originals, so that what was computed with a name stays what it was.
/// </summary>
/// <param name="folder">The folder that copies are looked for in; it need not exist.</param>
internal sealed class OnnxNetworkSource(string folder) : INetworkSource
{
    private const string Prefix = "onnx-";

    private static readonly JsonSerializerOptions Format = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    private readonly ConcurrentDictionary<string, ImportedNetwork> _open = new();
    private readonly ConcurrentDictionary<string, Copy> _copies = new();

    /// <summary>Imports a file and keeps a copy in the folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <returns>The network's name.</returns>
    /// <exception cref="DataException">It cannot be imported.</exception>
    /// <exception cref="RunException">It cannot be copied.</exception>
    public string Add(string path, OnnxImportOptions? options = null)
    {
        string name = Read(path, options ?? new());
        CopyTo(folder, name);
        return name;
    }

    /// <summary>Imports a file; nothing is written. What the folder has been given before is not proven again.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="image">The images that the network is to take where neither the options nor the file say it; null where that is a fault.</param>
    /// <param name="classes">The number of classes that it is to tell apart; for another than the file's it gets a new classifier. Null for the file's.</param>
    /// <returns>The network's name.</returns>
    /// <exception cref="DataException">It cannot be imported.</exception>
    public string Read(string path, OnnxImportOptions options, ImageShape? image = null, int? classes = null) =>
        Read(OnnxFile.Read(path), options, image, classes, CancellationToken.None);

    /// <summary>
    /// The same for a file that is in memory: the network is that of its bytes, whatever has become of the file since. A cancelled import is not kept.
    /// </summary>
    public string Read(OnnxFile file, OnnxImportOptions options, ImageShape? image, int? classes, CancellationToken cancellation)
    {
        string own = ReadAs(file, options, image, cancellation);
        return classes is { } wanted && Open(own).Definition.Classes != wanted
            ? ReadAs(file, options with { Classes = wanted }, image, cancellation)
            : own;
    }

    private string ReadAs(OnnxFile file, OnnxImportOptions options, ImageShape? image, CancellationToken cancellation)
    {
        if (options.Image is null && image is not null && file.LeavesImageOpen)
        {
            options = options with { Image = image };
        }

        var copy = new Copy(file.External.Count == 0 ? file.Bytes : file.Whole(file.Model).ToByteArray(), options);
        string name = NameOf(copy);
        var import = _open.GetOrAdd(
            name,
            _ => (File.Exists(PathOf(folder, name)) ? OnnxImport.ReadUnproven(file, options) : OnnxImport.Read(file, options, cancellation)).Named(name));
        ImageMetadata.RequireRgb(import.Metadata, file.Path);
        _copies[name] = copy;
        return name;
    }

    /// <summary>Writes the copy of a file that has been read into a folder, where it is not there yet. Does nothing for other names.</summary>
    /// <exception cref="RunException">It cannot be written.</exception>
    public void CopyTo(string target, string name)
    {
        if (_copies.TryGetValue(name, out var copy) && !File.Exists(PathOf(target, name)))
        {
            Directory.CreateDirectory(target);
            AtomicFile.Write(DescriptionOf(target, name), stream => JsonSerializer.Serialize(stream, copy.Options, Format));
            AtomicFile.Write(PathOf(target, name), stream => stream.Write(copy.Model)); // last: what is there is complete
        }
    }

    /// <summary>Whether a text is the name of an import, of this folder or another.</summary>
    public static bool IsName(string text) =>
        text.Length == Prefix.Length + 12 && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a text names an ONNX file: it ends with <c>.onnx</c>.</summary>
    public static bool IsFile(string text) => Path.GetExtension(text).Equals(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>The network of a name.</summary>
    /// <exception cref="ConfigurationException">There is no such import.</exception>
    /// <exception cref="DataException">The copy is damaged.</exception>
    public ImportedNetwork Open(string name)
    {
        return Knows(name)
            ? _open.GetOrAdd(name, ReadCopy)
            : throw new ConfigurationException($"There is no imported network '{name}' in {folder}. Give the ONNX file itself.");

        ImportedNetwork ReadCopy(string wanted)
        {
            string path = PathOf(folder, wanted), description = DescriptionOf(folder, wanted);
            var options = (File.Exists(description) ? JsonSerializer.Deserialize<OnnxImportOptions>(File.ReadAllText(description)) : null) ?? new();
            var file = OnnxFile.Read(path);
            var import = OnnxImport.ReadUnproven(file, options);
            return NameOf(new(file.Bytes, options)) == wanted
                ? import.Named(wanted)
                : throw new DataException($"{path} has changed since it was imported. Remove it and import the original again.");
        }
    }

    /// <inheritdoc/>
    public NetworkDefinition? TryDefine(string name, ImageShape image, int classes)
    {
        if (!Knows(name))
        {
            return null;
        }

        var import = Open(name);
        RequireImage(import, image);
        if (import.Definition.Classes != classes)
        {
            var (message, remedies) = OtherClasses.Fault(import.Path, import.Definition.Classes, "the data", classes, import.Remark);
            throw new ConfigurationException(message) { Remedies = remedies };
        }

        return import.Definition;
    }

    /// <summary>Makes sure that images are those that a network from a file takes.</summary>
    /// <param name="import">The network.</param>
    /// <param name="image">Their shape.</param>
    /// <param name="arePhotographs">Whether their channels can be chosen.</param>
    /// <param name="data">What errors call them.</param>
    /// <param name="stored">Their shape before they were scaled; null where they were not.</param>
    /// <exception cref="ConfigurationException">They are not.</exception>
    public static void RequireImage(
        ImportedNetwork import, ImageShape image, bool arePhotographs = false, string data = "the data", ImageShape? stored = null)
    {
        var own = import.Definition.Image;
        if (own != image)
        {
            var fit = ImageFit.Of(image, arePhotographs, own.Channels, own.Height, own.Width, stored);
            throw new ConfigurationException(
                $"{import.File.Path} takes images of {own}, {data} has {image}{(fit.Words is { } words ? $"; {words}" : "")}."
            )
            {
                Remedies = fit.Remedies,
            };
        }
    }

    private bool Knows(string name) => _open.ContainsKey(name) || (IsName(name) && File.Exists(PathOf(folder, name)));

    private static string PathOf(string folder, string name) => Path.Combine(folder, $"{name}.onnx");

    private static string DescriptionOf(string folder, string name) => Path.Combine(folder, $"{name}.json");

    private static string NameOf(Copy copy)
    {
        byte[] hash = SHA256.HashData(copy.Model);
        if (copy.Options != new OnnxImportOptions())
        {
            hash = SHA256.HashData([.. hash, .. JsonSerializer.SerializeToUtf8Bytes(copy.Options, Format)]);
        }

        return Prefix + Convert.ToHexStringLower(hash)[..12];
    }

    private sealed record Copy(byte[] Model, OnnxImportOptions Options);
}
