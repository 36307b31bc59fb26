using System.Security.Cryptography;
using Graft.Runtime;

namespace Graft.Engine;

/// <summary>Whether the files of results are what was recorded.</summary>
internal static class ArtifactCheck
{
    /// <summary>The lower-case hexadecimal SHA-256 of a file.</summary>
    /// <exception cref="RunException">It cannot be read.</exception>
    public static string HashOf(string path)
    {
        string hash = "";
        StorageErrors.Guard(path, () =>
        {
            using var file = File.OpenRead(path);
            hash = Convert.ToHexStringLower(SHA256.HashData(file));
        });
        return hash;
    }

    /// <summary>
    /// What is wrong with the files of a step that is done; null if nothing is. Results of versions that kept no checksums are only checked to be there.
    /// </summary>
    public static string? FaultOf(StoredStep stored, StepKinds kinds, IWorkspace workspace)
    {
        var recorded = workspace.Steps.Artifacts(stored.Key).ToDictionary(a => a.Path, a => a.Sha256);
        foreach (string artifact in kinds.Find(stored.Kind).ArtifactsOf(stored.Result!))
        {
            string path = workspace.Artifacts.PathOf(artifact);
            if (new FileInfo(path) is not { Exists: true, Length: > 0 })
            {
                return $"{path} is {(File.Exists(path) ? "empty" : "gone")}";
            }

            if (recorded.TryGetValue(artifact, out string? expected) && HashOf(path) != expected)
            {
                return $"{path} is not what was recorded (its SHA-256 differs)";
            }
        }

        return null;
    }
}
