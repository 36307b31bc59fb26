using System.Security.Cryptography;
using Graft.Engine;
using Graft.Runtime;

namespace Graft.Jobs;

/// <summary>A file that a job takes over into its workspace, where its steps read it.</summary>
/// <param name="Source">The file.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal.</param>
internal sealed record ImportedFile(string Source, string Sha256)
{
    /// <summary>Reads a file's hash.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public static ImportedFile Of(string path, string what)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            return new(path, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{what} {RegularFile.FaultOf(path, e)}", e);
        }
    }

    /// <summary>Copies the file into the workspace, where it is not there whole.</summary>
    public void CopyTo(IWorkspace workspace, string artifact)
    {
        if (!workspace.Artifacts.Exists(artifact) || new FileInfo(workspace.Artifacts.PathOf(artifact)).Length != new FileInfo(Source).Length)
        {
            workspace.Artifacts.Write(artifact, target =>
            {
                using var source = RegularFile.OpenRead(Source);
                source.CopyTo(target);
            });
        }
    }
}
