using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Graft.Tests.Training;

/// <summary>Equal exactly where names, shapes and all bits of some tensors are.</summary>
internal static class TensorHash
{
    public static string Of(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in tensors)
        {
            using var scope = NewDisposeScope();
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {tensor.dtype} [{string.Join(',', tensor.shape)}]"));
            hash.AppendData(tensor.detach().contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
