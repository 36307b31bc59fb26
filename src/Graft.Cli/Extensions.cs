using System.Reflection;
using System.Runtime.Loader;
using Graft.Engine;
using Graft.Measures;
using Graft.Operations;
using Graft.Steps;

namespace Graft.Cli;

/// <summary>Operation families, measures and kinds of step that users wrote; see docs/operations.md.</summary>
internal static class Extensions
{
    /// <summary>The kinds of step of the assemblies that were loaded.</summary>
    public static List<StepKind> Kinds { get; } = [];

    /// <summary>Graft's own kinds of step, and those of the assemblies.</summary>
    public static StepKinds AllKinds() => BuiltInKinds.Create(Kinds);

    /// <summary>
    /// Registers every public family of operations, measure and kind of step of these assemblies that has a constructor without parameters; those that are
    /// there already stay.
    /// </summary>
    /// <param name="paths">The assemblies.</param>
    /// <exception cref="ConfigurationException">A file is missing, is no assembly of this .NET, holds nothing of the kind, or a name that is taken.</exception>
    public static void Load(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            var types = TypesOf(path);
            if (types.Count == 0)
            {
                throw new ConfigurationException(
                    $"GRAFT_OPERATIONS: {path} has no public class that derives from {typeof(OperationFamily)}, {typeof(Measure)} or {typeof(StepKind)} and has a constructor without parameters."
                );
            }

            var known = OperationCatalog.Default.Families.Concat<object>(MeasureCatalog.All).Concat(Kinds).Select(k => k.GetType()).ToHashSet();
            foreach (var type in types.Where(type => !known.Contains(type)))
            {
                switch (Create(type, path))
                {
                    case OperationFamily family:
                        OperationCatalog.Register(family);
                        break;
                    case Measure measure:
                        MeasureCatalog.Register(measure);
                        break;
                    case StepKind kind:
                        Kinds.Add(kind);
                        break;
                }
            }
        }
    }

    private static object Create(Type type, string path)
    {
        try
        {
            return Activator.CreateInstance(type)!;
        }
        catch (TargetInvocationException e) when (e.InnerException is { } cause)
        {
            throw new ConfigurationException($"GRAFT_OPERATIONS: the constructor of {type} in {path} fails: {cause.Message.ReplaceLineEndings(" ")}", cause);
        }
    }

    private static List<Type> TypesOf(string path)
    {
        try
        {
            string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
            AssemblyLoadContext.Default.Resolving += (context, name) =>
                Path.Combine(directory, $"{name.Name}.dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;

            // Into the context of Graft itself, or its base classes would be other types than ours.
            var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path));
            return [.. assembly.GetExportedTypes().Where(IsExtension)];
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"GRAFT_OPERATIONS: {path} cannot be loaded: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}. Build it as a class library that refers to Graft.",
                e
            );
        }
    }

    private static bool IsExtension(Type type) =>
        !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null
        && (type.IsSubclassOf(typeof(OperationFamily)) || type.IsSubclassOf(typeof(Measure)) || type.IsSubclassOf(typeof(StepKind)));
}
