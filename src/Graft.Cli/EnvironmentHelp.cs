using System.CommandLine;

namespace Graft.Cli;

/// <summary>What the help says about environment variables.</summary>
internal static class EnvironmentHelp
{
    // With the option of the commands that heed it; none where all do.
    private static readonly (string Variable, string Meaning, string? Option)[] Variables =
    [
        ("GRAFT_WORKSPACE", "the workspace where --workspace does not name one", "--workspace"),
        ("GRAFT_DATA", "where downloaded data sets are kept", "--data-directory"),
        ("GRAFT_DEVICE", "auto, cpu or cuda", "--device"),
        ("GRAFT_STORE", "PostgreSQL for the record of a new workspace", "--store"),
        ("GRAFT_SLURM", "the Slurm profile of --on slurm", "--on"),
        ("PGPASSWORD", "the password of PostgreSQL; likewise PGUSER, PGPASSFILE", "--workspace"),
        ("HTTPS_PROXY", "the proxy of downloads", "--data-directory"),
        ("GRAFT_OPERATIONS", "assemblies with operations and kinds of step of your own", null),
        ("COLUMNS", "how wide tables are where the output is redirected (160)", null),
        ("NO_COLOR", "set: no colours", null),
    ];

    /// <summary>All variables, with what they mean: lines of a table.</summary>
    public static IEnumerable<string> All
    {
        get
        {
            int width = Variables.Max(v => v.Variable.Length);
            return Variables.Select(v => $"  {v.Variable.PadRight(width)}  {v.Meaning}");
        }
    }

    /// <summary>The variables that a command heeds, as a sentence.</summary>
    public static string Of(Command command)
    {
        var heeded = Variables.Where(v => v.Option is null || command.Options.Any(o => o.Name == v.Option)).Select(v => v.Variable);
        return $"  {string.Join(", ", heeded)}: see 'graft --help'.";
    }
}
