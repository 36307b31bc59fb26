using Graft.Engine;
using Graft.Engine.Postgres;
using Graft.Engine.Slurm;

namespace Graft.Jobs;

/// <content>What hands a job to a cluster.</content>
public abstract partial class GraftJob<TResult>
{
    /// <summary>
    /// Hands what has no result yet to the cluster of the session (<see cref="SessionOptions.Cluster"/>), and returns once that is done: the tasks need this
    /// process no more. What the cluster has already is left to it.
    /// </summary>
    /// <param name="again">Whether this is not the first time: what failed is not tried again.</param>
    /// <exception cref="ConfigurationException">The session has no cluster, or a record that other machines cannot use.</exception>
    /// <exception cref="GraftException">The workspace or the cluster cannot be used.</exception>
    public SlurmSubmissionResult Submit(bool again = false)
    {
        var cluster = Cluster();
        var workspace =
            Session.Workspace as PostgresWorkspace
            ?? throw new ConfigurationException(
                $"the record of workspace {Session.Workspace.Location} is a file, which the nodes of a cluster cannot share. Give another workspace, and a PostgreSQL database for its record."
            )
            {
                Remedies = [new(Setting.Workspace), new(Setting.Store, "\"Host=db;Database=graft\"")],
            };
        Prepare(workspace);
        return Submission(workspace, workspace.Submissions)
            .Submit(this, Request(workspace.Location) with { TriesFailed = !again && cluster.EndedBefore is null });
    }

    /// <summary>The scripts that <see cref="Submit"/> would hand over, for the steps that are known and have no result. Nothing is written.</summary>
    /// <exception cref="ConfigurationException">The session has no cluster.</exception>
    public IReadOnlyList<string> PreviewSubmission()
    {
        var known = Steps(RecordedResults.None);
        var done = Session.DoneSteps(known);
        using var nothing = new MemoryWorkspace(Session.Time);
        return Submission(nothing, null).Preview([.. known.DistinctBy(s => s.Key).Where(s => !done.ContainsKey(s.Key))], Request(Session.Directory));
    }

    private SlurmSubmission Submission(IWorkspace workspace, ISubmissionRecord? submissions) =>
        new(workspace, submissions, Session.Kinds, Session.Services(Data), new SlurmCommands(Session.Time), Session.Time);

    private ClusterOptions Cluster() =>
        Session.Cluster ?? throw new ConfigurationException("the session has no cluster: SessionOptions.Cluster says which.");

    private SlurmRequest Request(string directory)
    {
        var cluster = Cluster();
        return new()
        {
            Job = Id,
            Profile = cluster.Profile,
            Directory = directory,
            TaskCommand = (array, threads) =>
                Words(cluster.StartTask([.. Session.TaskArguments(Data.Name, Images), "--array", array, "--threads", Invariant($"{threads}")])),
            NextCommand = cluster.StartNext is { } next ? ended => Words(next(ended)) : null,
            EndedBefore = cluster.EndedBefore,
        };

        static IReadOnlyList<string> Words(System.Diagnostics.ProcessStartInfo start) => [start.FileName, .. start.ArgumentList];
    }
}
