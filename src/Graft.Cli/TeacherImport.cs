using System.Security.Cryptography;
using Graft.Engine;
using Graft.Engine.Local;
using Graft.Networks;
using Graft.Steps;

namespace Graft.Cli;

/// <summary>Weights of a teacher that were trained elsewhere.</summary>
internal static class TeacherImport
{
    /// <summary>The lower-case hexadecimal SHA-256 of a file of weights.</summary>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public static string HashOf(string weights)
    {
        try
        {
            NetworkWeights.RequireFinite(weights);
            using var stream = File.OpenRead(weights);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the teacher's weights {weights}: {e.Message}", e);
        }
    }

    /// <summary>Copies the file into the workspace, where the teacher's step imports it.</summary>
    public static void Import(Workspace workspace, string? weights, Step teacher)
    {
        if (teacher is ImportStep import && !workspace.Artifacts.Exists(import.ImportPath))
        {
            workspace.Artifacts.Write(import.ImportPath, target =>
            {
                using var source = File.OpenRead(weights!);
                source.CopyTo(target);
            });
        }
    }
}
