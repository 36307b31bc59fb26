using System.Security.Cryptography;
using System.Text;

namespace Graft.Engine;

/// <summary>
/// What tells a result of a step from another of the same step: the checksums of its files, else the result itself. Numbers beside files, such as how long
/// something took, do not count.
/// </summary>
internal static class ResultDigest
{
    /// <summary>The digest: SHA-256 in lower-case hexadecimal.</summary>
    /// <param name="result">The result, as JSON.</param>
    /// <param name="files">Its files.</param>
    public static string Of(string result, IEnumerable<ArtifactChecksum> files)
    {
        string[] sums = [.. files.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => $"{f.Sha256}  {f.Path}\n")];
        return Of(sums.Length > 0 ? string.Concat(sums) : result);
    }

    /// <summary>The digest of all that an attempt uses; empty where it uses nothing.</summary>
    public static string Of(IEnumerable<StepInput> inputs)
    {
        string[] all = [.. inputs.OrderBy(i => i.Need, StringComparer.Ordinal).Select(i => $"{i.Digest}  {i.Need}\n")];
        return all.Length == 0 ? "" : Of(string.Concat(all));
    }

    private static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
