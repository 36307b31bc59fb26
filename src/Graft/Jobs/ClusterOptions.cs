using System.Diagnostics;
using Graft.Engine.Slurm;

namespace Graft.Jobs;

/// <summary>How jobs are handed to a cluster (<see cref="GraftJob{TResult}.Submit"/>).</summary>
public sealed record ClusterOptions
{
    /// <summary>How Slurm is asked.</summary>
    public required SlurmProfile Profile { get; init; }

    /// <summary>
    /// How a task is started on a node, given its arguments: the program <c>graft</c> with the command <c>step</c>.
    /// </summary>
    public required Func<IReadOnlyList<string>, ProcessStartInfo> StartTask { get; init; }

    /// <summary>
    /// How the command is given again once all tasks have ended, given how many steps have ended so far: it finds out which steps the results make known, and
    /// submits anew what was lost. Null where nodes may not submit: then somebody gives it by hand.
    /// </summary>
    public Func<int, ProcessStartInfo>? StartNext { get; init; }

    /// <summary>
    /// How many steps had ended when the command was given before, where this is the cluster's giving it again; null where a person gives it.
    /// </summary>
    public int? EndedBefore { get; init; }
}
