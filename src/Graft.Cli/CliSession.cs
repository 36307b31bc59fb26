using System.CommandLine;
using Graft.Cli.Views;
using Graft.Data;
using Graft.Jobs;

namespace Graft.Cli;

/// <summary>The options that decide where a job works, and the session that they come to.</summary>
internal sealed class CliSession
{
    private readonly Option<int?> _workers = new("--workers") { Description = "Processes that share the cores (default: one a core).", HelpName = "N" };
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<string> _workspace = CommonOptions.Workspace();
    private readonly Option<string?> _store = CommonOptions.Store();
    private readonly Option<string> _dataDirectory = CommonOptions.DataDirectory();

    /// <summary>What hands a job to a cluster.</summary>
    public ClusterOption Cluster { get; } = new();

    /// <summary>The number of workers.</summary>
    public Option Workers => _workers;

    /// <summary>The device.</summary>
    public Option Device => _device;

    /// <summary>The workspace.</summary>
    public Option Workspace => _workspace;

    /// <summary>Where the record is.</summary>
    public Option Store => _store;

    /// <summary>Where data sets are kept.</summary>
    public Option DataDirectory => _dataDirectory;

    /// <summary>How the ONNX file of a network is read.</summary>
    public ImportOptions Import { get; } = new();

    /// <summary>The workspace's directory as it was given.</summary>
    public string DirectoryOf(ParseResult parsed) => parsed.GetValue(_workspace)!;

    /// <summary>Says what there is to say about a data set: what was passed over, what stands in for what, how images are scaled.</summary>
    public static void WriteNotes(Terminal terminal, ImageData data)
    {
        if (data.Scaling is { Resize: var side, Crop: var size })
        {
            string whole = side == size ? "" : Invariant($"; with --resize {size} all of a square image");
            terminal.WriteProgress(Invariant($"images: the shorter side is scaled to {side} pixels and the middle {size}x{size} taken{whole}"));
        }

        if (data is { ArePhotographs: true, Train.Shape.Channels: ImageShape.Grayscale })
        {
            terminal.WriteProgress("images: photographs are converted to grayscale");
        }

        foreach (string note in data.Notes)
        {
            terminal.WriteProgressNote(note);
        }
    }

    /// <summary>How a worker process is started: it is this program.</summary>
    public static System.Diagnostics.ProcessStartInfo StartWorker(IReadOnlyList<string> arguments) => Program.StartInfo(["worker", .. arguments]);

    /// <summary>Opens the session. Steps run in processes of this program.</summary>
    /// <param name="terminal">Shows downloads and decoding.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="workers">How many processes share the cores where the command line does not say; null for one a core.</param>
    public GraftSession Open(Terminal terminal, ParseResult parsed, int? workers = null) => GraftSession.Open(new()
    {
        Workspace = DirectoryOf(parsed),
        Store = parsed.GetValue(_store) ?? (Workspaces.Exists(DirectoryOf(parsed)) ? null : UserDirectories.Store),
        DataDirectory = parsed.GetValue(_dataDirectory),
        Device = parsed.GetValue(_device)!,
        Workers = workers ?? parsed.GetValue(_workers),
        StartWorker = StartWorker,
        DataProgress = new DataProgressLines(terminal),
        Kinds = Extensions.Kinds,
        Cluster = Cluster.Read(parsed),
        Import = Import.Read(parsed),
    });

    /// <summary>Runs a job here, with its progress, or hands it to the cluster that the command line names.</summary>
    /// <param name="terminal">Shows how it goes.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="session">The session that <see cref="Open"/> gave.</param>
    /// <param name="job">The job.</param>
    /// <param name="name">What the job is called while it runs.</param>
    /// <param name="json">Whether what was handed over is told as a JSON document.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="follow">What <c>graft show</c> follows it by on a cluster.</param>
    /// <returns>Whether it has ended: on a cluster it may go on without this process.</returns>
    public async Task<bool> RunAsync<TResult>(
        Terminal terminal,
        ParseResult parsed,
        GraftSession session,
        GraftJob<TResult> job,
        string name,
        bool json,
        CancellationToken cancellation,
        string follow = "study --watch"
    )
    {
        if (session.Cluster is not null)
        {
            return await ClusterView.SubmitAsync(terminal, job, session, DirectoryOf(parsed), Cluster.Waits(parsed), json, follow, cancellation);
        }

        await using var progress = JobProgressView.Start(terminal, name);
        await job.RunAsync(progress, cancellation);
        return true;
    }
}
