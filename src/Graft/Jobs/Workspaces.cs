using Graft.Engine;
using Graft.Engine.Local;
using Graft.Engine.Postgres;

namespace Graft.Jobs;

/// <summary>Opens workspaces, wherever their record is: in a file of the directory, or in PostgreSQL.</summary>
internal static class Workspaces
{
    /// <summary>Opens a workspace for writing, creating what is missing.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="store">Where its record is, as <see cref="PostgresStore.Parse"/> reads it; null where the directory knows it, or for a file in it.</param>
    /// <param name="time">The clock of all times that are recorded.</param>
    /// <param name="owner">Who holds the steps that it runs, for tasks of a cluster; null for this process.</param>
    /// <exception cref="ConfigurationException">The path is a file, the store cannot be read, or the directory has another record.</exception>
    /// <exception cref="RunException">The directory or the record cannot be used.</exception>
    public static IWorkspace Open(string directory, string? store, TimeProvider time, LeaseOwner? owner = null)
    {
        if (store is null && !PostgresWorkspace.Exists(directory))
        {
            return Workspace.Open(directory, time);
        }

        return Workspace.Exists(directory)
            ? throw new ConfigurationException(
                $"workspace {Path.GetFullPath(directory)} has its record in graft.db. For a record in PostgreSQL choose another workspace."
            )
            : PostgresWorkspace.Open(directory, store is null ? null : PostgresStore.Parse(store), time, owner);
    }

    /// <summary>Whether there is a workspace in a directory.</summary>
    public static bool Exists(string directory) => Workspace.Exists(directory) || PostgresWorkspace.Exists(directory);

    /// <summary>Opens a workspace that exists, to show it.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="time">The clock of all times that are recorded.</param>
    /// <exception cref="ConfigurationException">There is no workspace.</exception>
    /// <exception cref="RunException">The record is damaged, cannot be reached or is of a newer version.</exception>
    public static IWorkspace OpenExisting(string directory, TimeProvider time) =>
        PostgresWorkspace.Exists(directory) ? PostgresWorkspace.Open(directory, null, time) : Workspace.OpenExisting(directory, time);
}
