using System.Buffers.Binary;
using System.Text;
using Graft.Formats;
using static TorchSharp.torch;

namespace Graft.Tests.Formats;

/// <summary>Makes safetensors files in memory, valid or not.</summary>
internal static class SafeTensorsBytes
{
    /// <summary>A file of a header and data, whatever they are.</summary>
    public static byte[] Of(string header, params byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        return [.. prefix, .. text, .. data];
    }

    /// <summary>What <see cref="SafeTensorsFile.Save"/> writes.</summary>
    public static byte[] Saved(IReadOnlyDictionary<string, string>? metadata, params (string Name, Tensor Value)[] tensors)
    {
        using var stream = new MemoryStream();
        SafeTensorsFile.Save(stream, tensors, metadata);
        return stream.ToArray();
    }

    /// <summary>Reads a file from memory under the name <c>weights.safetensors</c>.</summary>
    public static SafeTensorsFile Load(byte[] file) => SafeTensorsFile.Load(new MemoryStream(file), "weights.safetensors");
}
