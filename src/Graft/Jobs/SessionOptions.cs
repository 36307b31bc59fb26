using System.Diagnostics;
using Graft.Data;
using Graft.Engine;
using Graft.Onnx.Import;
using Graft.Runtime;

namespace Graft.Jobs;

/// <summary>
/// Where and how a <see cref="GraftSession"/> works. None of it decides a result, but for the last bits of trained weights, which depend on the number of
/// threads.
/// </summary>
public sealed record SessionOptions
{
    /// <summary>
    /// Where downloaded data sets are kept unless another directory is named: <c>graft/data</c> in the user's directory for application data.
    /// </summary>
    public static string DefaultDataDirectory { get; } = UserDirectory.Data;

    /// <summary>The directory that results and checkpoints are kept in; null to keep them in memory until the session ends.</summary>
    /// <value>Default: <c>graft-workspace</c>.</value>
    public string? Workspace { get; init; } = "graft-workspace";

    /// <summary>
    /// Where the record is kept, if not in a file of the workspace: a PostgreSQL database, as a connection string (<c>Host=db;Database=graft</c>) or an address
    /// (<c>postgres://user@db:5432/graft</c>). A workspace knows its record once it was opened with it.
    /// </summary>
    public string? Store { get; init; }

    /// <summary>Where downloaded data sets are kept; null for <see cref="DefaultDataDirectory"/>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary><c>auto</c> (CUDA where there is a GPU), <c>cpu</c> or <c>cuda</c>.</summary>
    /// <value>Default: <c>auto</c>.</value>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// How many steps run side by side, from 1 to 1024, each in a worker process (<see cref="StartWorker"/>) with its share of the cores; null for one a
    /// core. On a GPU one, as they would share its memory. Without <see cref="StartWorker"/>, or with a workspace in memory, steps run in this process, one
    /// after another with all cores: more than one worker is refused then.
    /// </summary>
    public int? Workers { get; init; }

    /// <summary>
    /// How a worker process is started, given its arguments: the program <c>graft</c> with the command <c>worker</c>. Null to run all steps in this process,
    /// one after another.
    /// </summary>
    public Func<IReadOnlyList<string>, ProcessStartInfo>? StartWorker { get; init; }

    /// <summary>The cluster that jobs may be handed to; null for none.</summary>
    public ClusterOptions? Cluster { get; init; }

    /// <summary>How ONNX files are read that plans name as their network.</summary>
    public OnnxImportOptions Import { get; init; } = new();

    /// <summary>Is told how far downloads and decoding have come.</summary>
    public IProgress<DataProgress>? DataProgress { get; init; }

    /// <summary>Kinds of step beside Graft's own. Worker processes must know them, too.</summary>
    public IReadOnlyList<StepKind> Kinds { get; init; } = [];

    /// <summary>
    /// Whether the session calls <see cref="NativeRuntime.Tune"/>: steps take up to half the time, and memory that was used is kept for the next step. Where
    /// the program uses TorchSharp before it opens a session, let it call that first thing itself.
    /// </summary>
    /// <value>Default: <c>true</c>.</value>
    public bool TuneRuntime { get; init; } = true;

    /// <summary>The clock.</summary>
    /// <value>Default: <c>TimeProvider.System</c>.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
