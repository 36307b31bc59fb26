using DbUp.Builder;
using DbUp.Engine;

namespace Graft.Engine.Sql;

/// <summary>Brings a database to this program's version, by DbUp, which keeps a table of the scripts that were run (<c>SchemaVersions</c>).</summary>
internal static class Migration
{
    /// <summary>Runs the scripts that are missing; others must not do so at the same time.</summary>
    /// <param name="database">The database.</param>
    /// <param name="adopted">How many scripts were run by versions of Graft that kept no such table.</param>
    /// <param name="where">The database, for messages.</param>
    /// <exception cref="RunException">A newer Graft has written it.</exception>
    public static void Run(UpgradeEngineBuilder database, int adopted, string where)
    {
        var scripts = Schema.Scripts.Select((text, index) => new SqlScript(NameOf(index + 1), text)).ToList();
        var engine = database.WithScripts(scripts).WithVariablesDisabled().LogToNowhere().Build();
        if (engine.GetExecutedButNotDiscoveredScripts() is [_, ..] unknown)
        {
            throw Newer(where, Schema.Version + unknown.Count);
        }

        if (adopted > 0)
        {
            Require(engine.MarkAsExecuted(NameOf(adopted)));
        }

        Require(engine.PerformUpgrade());
    }

    /// <summary>A newer Graft has written a record.</summary>
    public static RunException Newer(string where, long version) => new(
        Invariant($"{where} was written by a newer Graft (version {version}, this one knows {Schema.Version}). Update Graft or choose another workspace."));

    private static string NameOf(int version) => Invariant($"{version:0000}");

    private static void Require(DatabaseUpgradeResult result)
    {
        if (!result.Successful)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(result.Error);
        }
    }
}
