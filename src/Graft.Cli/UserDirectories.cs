using Graft.Jobs;

namespace Graft.Cli;

/// <summary>What the user's environment says.</summary>
internal static class UserDirectories
{
    /// <summary>Where downloaded data sets are kept: $GRAFT_DATA, or the library's own place.</summary>
    public static string Data => Given("GRAFT_DATA") ?? SessionOptions.DefaultDataDirectory;

    /// <summary>Where new workspaces keep their record: $GRAFT_STORE, or a file of their own.</summary>
    public static string? Store => Given("GRAFT_STORE");

    /// <summary>The Slurm profile: $GRAFT_SLURM, or <c>slurm.yaml</c> here; null where there is neither.</summary>
    public static string? SlurmProfile => Given("GRAFT_SLURM") ?? (File.Exists("slurm.yaml") ? "slurm.yaml" : null);

    /// <summary>
    /// Assemblies with operations and kinds of step of the user's own, as $GRAFT_OPERATIONS lists them (separated like $PATH). Workers inherit it.
    /// </summary>
    public static IReadOnlyList<string> Extensions =>
        (Given("GRAFT_OPERATIONS") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What an environment variable says; null where it is not set, or is empty.</summary>
    public static string? Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : null;
}
