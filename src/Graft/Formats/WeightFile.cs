using System.Buffers.Binary;
using Graft.Runtime;
using static TorchSharp.torch;

namespace Graft.Formats;

/// <summary>A file of weights as people have them: safetensors, or a PyTorch checkpoint; in memory.</summary>
internal sealed class WeightFile : IDisposable
{
    // What wrappers put before every name: data parallelism, Lightning and other classes that hold the network, torch.compile.
    private static readonly string[] Prefixes = ["module.", "model.", "_orig_mod.", "net.", "network."];

    private WeightFile(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>The tensors by name: contiguous, on the CPU, without gradients. They belong to this object and are disposed with it.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; private set; }

    /// <summary>What the writer had to say about the file; empty where it said nothing.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Whether a file's name ends as those of weights do.</summary>
    public static bool IsNamedLikeOne(string path) =>
        path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || PyTorchCheckpoint.IsNamedLikeOne(path);

    /// <summary>Reads a whole file; what it is, its content tells.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors; the caller disposes them by disposing this object. No dispose scope owns them.</returns>
    /// <exception cref="DataException">The file cannot be read, is damaged, or is something else.</exception>
    public static WeightFile Load(string path)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            byte[] known = FoundContent.StartOf(stream);
            if (!IsSafeTensors(known))
            {
                if (PyTorchCheckpoint.Begins(known))
                {
                    return new WeightFile(PyTorchCheckpoint.Load(stream, path), new Dictionary<string, string>());
                }

                if (FoundContent.Of(known) is { } found)
                {
                    throw new DataException($"{path}: not a file of weights but {found}.");
                }

                if (PyTorchCheckpoint.IsNamedLikeOne(path))
                {
                    throw new DataException(
                        $"{path}: not a PyTorch checkpoint, nor safetensors. In PyTorch, write one with torch.save(model.state_dict(), path).");
                }
            }

            var file = SafeTensorsFile.Load(stream, path); // its tensors live on in this object
            return new WeightFile(file.Tensors, file.Metadata);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SafeTensorsFault(path).Unreadable(exception);
        }
    }

    /// <summary>Takes away what wrappers have put before all names.</summary>
    public void RemovePrefixes()
    {
        while (Tensors.Count > 0 && Prefixes.FirstOrDefault(all => Tensors.Keys.All(name => name.StartsWith(all, StringComparison.Ordinal))) is { } prefix)
        {
            Tensors = Tensors.ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
        {
            tensor.Dispose();
        }
    }

    /// <summary>The length of a header that begins with a brace; other formats may begin with the same bytes as some lengths.</summary>
    private static bool IsSafeTensors(ReadOnlySpan<byte> start) =>
        start.Length > SafeTensorsHeader.PrefixLength && start[SafeTensorsHeader.PrefixLength] == '{'
        && BinaryPrimitives.ReadUInt64LittleEndian(start) <= SafeTensorsHeader.MaxLength;
}
