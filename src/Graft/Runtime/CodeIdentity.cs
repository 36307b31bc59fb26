namespace Graft.Runtime;

/// <summary>Tells code from other code under the same name, for the keys of results.</summary>
internal static class CodeIdentity
{
    /// <summary>
    /// The name with a revision, or, for what others wrote, with the identity of their assembly, which changes when it is built from other sources.
    /// </summary>
    /// <param name="type">The class that has the code.</param>
    /// <param name="name">The name that plans and results have for it.</param>
    /// <param name="revision">Its revision.</param>
    /// <returns>Null for Graft's own code of the first revision.</returns>
    public static string? Of(Type type, string name, int revision) => type.Assembly != typeof(CodeIdentity).Assembly
        ? Invariant($"{name} {type.Assembly.ManifestModule.ModuleVersionId:N}")
        : revision > 1 ? Invariant($"{name} {revision}") : null;
}
