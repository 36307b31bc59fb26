using System.Security.Cryptography;
using Graft.Data.Download;
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
            return new(path, FileChecksum.OfFile(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{what} {RegularFile.FaultOf(path, e)}", e);
        }
    }

    /// <summary>Copies the file into the workspace, where it is not there whole.</summary>
    /// <exception cref="RunException">It is not the file any more whose hash was read.</exception>
    public void CopyTo(IWorkspace workspace, string artifact)
    {
        if (workspace.Artifacts.Exists(artifact) && FileChecksum.OfFile(workspace.Artifacts.PathOf(artifact)) == Sha256)
        {
            return;
        }

        workspace.Artifacts.Write(artifact, target =>
        {
            using var source = RegularFile.OpenRead(Source);
            using var hash = SHA256.Create();
            using (var hashing = new CryptoStream(target, hash, CryptoStreamMode.Write, leaveOpen: true))
            {
                source.CopyTo(hashing);
            }

            if (Convert.ToHexStringLower(hash.Hash!) != Sha256)
            {
                throw new RunException($"{Source} was changed since the command began. Give the command again.");
            }
        });
    }
}
