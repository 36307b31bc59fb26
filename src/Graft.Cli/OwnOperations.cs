using System.Runtime.Loader;
using Graft.Operations;

namespace Graft.Cli;

/// <summary>Adds operation families that users wrote to the catalogue; see docs/operations.md.</summary>
internal static class OwnOperations
{
    /// <summary>Registers every public family of these assemblies that has a constructor without parameters; those that are there already stay.</summary>
    /// <param name="paths">The assemblies.</param>
    /// <exception cref="ConfigurationException">A file is missing, is no assembly of this .NET, holds no family, or one with a name that is taken.</exception>
    public static void Load(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            var families = FamiliesOf(path);
            if (families.Count == 0)
            {
                throw new ConfigurationException($"GRAFT_OPERATIONS: {path} has no public class that derives from {typeof(OperationFamily)} and has a constructor without parameters.");
            }

            foreach (var type in families.Where(type => OperationCatalog.Default.Families.All(known => known.GetType() != type)))
            {
                OperationCatalog.Register((OperationFamily)Activator.CreateInstance(type)!);
            }
        }
    }

    private static List<Type> FamiliesOf(string path)
    {
        try
        {
            string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
            AssemblyLoadContext.Default.Resolving += (context, name) =>
                Path.Combine(directory, $"{name.Name}.dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;

            // Into the context of Graft itself, or its OperationFamily would be another type than ours.
            var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path));
            return [.. assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(OperationFamily)) && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null)];
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"GRAFT_OPERATIONS: {path} cannot be loaded: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}. Build it as a class library that refers to Graft.", e);
        }
    }
}
